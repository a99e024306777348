"""An update in, one service call, one screen out.

`ROUTERS` is the order in which routers are asked; `stale`, which answers what nobody else did, is last.
"""

from handlers.common import stale
from handlers.parent import alert
from handlers.teacher import disputes, lessons, register

ROUTERS = (
    register.router,
    lessons.router,
    disputes.router,
    alert.router,
    stale.router,
)
