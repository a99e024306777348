"""What systemd is told of a service of Type=notify: sd_notify, which is a word on a socket."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

PULSE_SECONDS = 10.0
"""Between two words that we are alive; a supervisor should wait for several."""


def tell_supervisor(state: str) -> None:
    """Nothing without a supervisor. READY=1: a rolling restart may go on; WATCHDOG=1: we do not hang."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        name = "\0" + address[1:] if address.startswith("@") else address
        # One that does not listen loses more than we do.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            supervisor.setblocking(False)
            supervisor.sendto(state.encode(), name)
