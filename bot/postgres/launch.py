"""Becomes another program: as the given account, in the given folder, ending when its parent ends.

A program of its own, run by path: between fork and exec a process with threads may do nothing of this.

    python launch.py PARENT_PID UID GID FOLDER PROGRAM [ARGUMENT…]
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, uid, gid, folder, *command = sys.argv[1:]
    # Entered as root: the account itself need not be able to walk the path, which may lie in a closed folder.
    os.chdir(folder)
    os.umask(0o077)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform == "linux":
        # Only now: a change of account clears it. SIGINT is PostgreSQL's fast and clean shutdown.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != int(parent):
        sys.exit("the parent is gone")
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
