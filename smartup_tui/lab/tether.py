"""Run as a script: become a command that does not outlive the process that started it, even if that is killed.

`python tether.py PARENT COMMAND …`. On Linux the kernel sends SIGTERM when the parent is gone; elsewhere this process
stays and looks for it. Only the standard library's smallest modules are imported: it runs before every part.
"""

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 0.25


def _bind_to_parent() -> None:
    import ctypes  # noqa: PLC0415 (Linux only)

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _stay_and_look(parent: int, command: list[str]) -> int:
    import subprocess  # noqa: PLC0415 (not on Linux)

    # Before the command is started: a signal that comes in between would end this process alone, and leave the command.
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: asked.append(received))
    child = subprocess.Popen(command)  # noqa: S603 (the supervisor's own command)
    while True:
        while asked:
            child.send_signal(asked.pop(0))
        try:
            return child.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                child.terminate()


def main(arguments: list[str]) -> int:
    """Become the command; the number of the parent comes first, since it may be gone already."""
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform != "linux":
        return _stay_and_look(parent, command)
    _bind_to_parent()
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606 (the supervisor's own command)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
