"""An update in, one service call, one screen out.

`ROUTERS` is the order in which routers are asked; `stale`, which answers what nobody else did, is last.
"""

from handlers.admin import access
from handlers.class_teacher import families, invitations, planned_absences, planning, reasons, today
from handlers.common import closing, consents, entering, stale, start
from handlers.parent import alert
from handlers.parent import homework as family_homework
from handlers.teacher import (
    disputes,
    homework,
    homework_choices,
    homework_draft,
    journal,
    lessons,
    mark_reasons,
    mark_works,
    marks,
    plan,
    plan_rows,
    plan_typing,
    register,
    topic,
)

ROUTERS = (
    register.router,
    marks.router,
    mark_works.router,
    mark_reasons.router,
    lessons.router,
    journal.router,
    disputes.router,
    alert.router,
    start.router,
    closing.router,
    consents.router,
    today.router,
    reasons.router,
    planned_absences.router,
    planning.router,
    topic.router,
    plan.router,
    plan_rows.router,
    plan_typing.router,
    homework.router,
    homework_draft.router,
    homework_choices.router,
    family_homework.router,
    families.router,
    invitations.router,
    access.router,
    entering.router,
    stale.router,
)
