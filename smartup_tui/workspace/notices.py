"""What the reply line says of the workspace itself: one calm sentence, short enough for 80 columns, with the way out.

The first line is what is shown; the lines after it are there for who asks for the rest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from smartup_tui.workspace import words
from smartup_tui.workspace.state import WorkspaceState
from smartup_tui.workspace.sync_messages import Failed

# By the kind of the failure, as the syncing process names it; `{read}` says what is shown meanwhile.
_SENTENCES: Final = {
    "Unreachable": "The forge can not be reached; {read}.",
    "TimedOut": "The forge did not answer in time; {read}.",
    "Unauthorized": "The forge refuses this login; `smartup doctor` says what to do.",
    "Forbidden": "This login may not read the ledger; `smartup doctor` knows more.",
    "NotFound": "This login sees no ledger there; `smartup doctor` looks into it.",
    "Gone": "The ledger has moved; set its new address in the profile.",
    "RateLimited": "The forge asks for a pause; press r again in a moment.",
    "ServerError": "The forge has trouble; {read}.",
    "Malformed": "What answers there is no forge; `smartup doctor` looks into it.",
    "SecretError": "The forge's token can not be read; `smartup doctor` says why.",
    "ConfigError": "The configuration can not be read; `smartup doctor` says where.",
    "ended": "Reading the ledger ended unexpectedly; press r to try again.",
    "stopped": "Reading was stopped; press r to go on.",
}
_REWRITTEN: Final = "Old rows were changed; Audit (0) shows them under integrity."


def notice(state: WorkspaceState, as_of: datetime | None, now: datetime) -> str:
    """What is in the way, most important first; empty when nothing is."""
    found = []
    if state.failure is not None:
        found.append(failure(state.failure, as_of, now))
    if state.rewritten:
        found.append(_REWRITTEN)
    elif state.findings:
        count = "One finding" if state.findings == 1 else f"{state.findings} findings"
        found.append(f"{count} about how the ledger was written; Audit (0) shows them under integrity.")
    if state.link is not None:
        found.append(state.link)
    return "\n".join(found)


def failure(failed: Failed, as_of: datetime | None, now: datetime) -> str:
    """Why the ledger could not be read, and how to go on; below it all that is known of it."""
    read = f"you see what was read {_when(as_of, now)}" if as_of else "nothing has been read yet"
    known = _SENTENCES.get(failed.kind)
    sentence = known.replace("{read}", read) if known else failed.message
    more = [part for part in (failed.message, failed.hint) if part and part.rstrip(".") not in sentence]
    return "\n".join([sentence, *more])


def _when(moment: datetime, now: datetime) -> str:
    """The time today, the day before that: the header has both."""
    same_day = moment.astimezone().date() == now.astimezone().date()
    return f"at {words.clock_time(moment)}" if same_day else f"on {words.day(moment)}"
