"""The exit codes of `smartup`, the same for every sub-command."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code says."""

    OK = 0
    REFUSED = 1  # a rule, a permission or the state of the work says no
    USAGE = 2  # the command line was not understood
    UNREACHABLE = 3  # the forge or the homeserver does not answer
    NO_ANSWER = 4  # sent, but not answered in time
    SET_UP = 5  # the profile, a token or a file is missing or wrong
