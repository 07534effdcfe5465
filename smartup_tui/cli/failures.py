"""How a sub-command ends when something is wrong: one sentence, the way out, and the right exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable

from smartup_tui.cli.exits import Exit


class CommandFailed(Exception):  # noqa: N818 - it is raised as a sentence reads
    """A sub-command can not go on; `message` says why, `hint` what to do."""

    def __init__(self, code: Exit, message: str, hint: str = "") -> None:
        """Say why, what to do, and with which exit code."""
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


# The typed errors of the packages, by name, so that none is imported here for nothing.
_CODES = {
    "ConfigError": Exit.SET_UP,
    "SecretError": Exit.SET_UP,
    "SettingsError": Exit.SET_UP,
    "LoginNeeded": Exit.SET_UP,
    "Unauthorized": Exit.SET_UP,
    "LedgerFileError": Exit.SET_UP,
    "PolicyError": Exit.SET_UP,
    "LabError": Exit.SET_UP,
    "NotKept": Exit.SET_UP,
    "ForgeError": Exit.UNREACHABLE,
    "MatrixError": Exit.UNREACHABLE,
}


def guarded(run: Callable[[Namespace], int], arguments: Namespace) -> int:
    """Run a sub-command; say typed errors in words. An error nobody foresaw keeps its traceback."""
    try:
        return int(run(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone (`smartup tasks | head`); Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except CommandFailed as failure:
        return say(failure.message, failure.hint, failure.code)
    except Exception as error:
        from smartup_tui.files.trouble import trouble_of  # noqa: PLC0415 - not needed where all went well

        if trouble := trouble_of(error):
            return say(trouble.message, trouble.hint, Exit.SET_UP)
        if any(kind.__name__ == "DatabaseError" for kind in type(error).__mro__):
            message = f"What is kept on this machine can not be read: {error}."
            return say(
                message, "`smartup doctor` says which file; `smartup sync` builds the read model anew.", Exit.SET_UP
            )
        code = next((_CODES[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _CODES), None)
        if code is None:
            raise
        return say(getattr(error, "message", str(error)), getattr(error, "hint", ""), code)


def say(message: str, hint: str, code: Exit) -> Exit:
    """Print an error for people; returns the code."""
    from smartup_tui.text import clean  # noqa: PLC0415 - not needed where all went well

    for line in filter(None, (message, hint)):  # a server's or a ledger's words may be in it
        print(clean(line), file=sys.stderr)
    return code
