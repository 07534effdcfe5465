"""Whether this owner may give a command, by the Toolbox's own rules on what this machine knows of the ledger.

It saves a round trip and dims keys; the Toolbox alone decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger.actor import Actor, identify
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.permission import permitted
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.workspace.reader import Reader


def refusal(reader: Reader, command: str, arguments: Mapping[str, str]) -> str | None:
    """Why the reader's owner may not give a command (its name in the catalogue); None when their standing allows it.

    `arguments` are those known so far; the subject of the command, a full id, decides whose captain is asked.
    """
    snapshot, declared = snapshot_of(reader.index), CATALOGUE[command]
    actor = reader.once(_actor)
    if isinstance(actor, Refusal):
        return said(actor)
    try:
        found = permitted(declared, actor, snapshot, Arguments(declared, arguments))
    except PolicyError as error:
        return str(error)
    return None if found is None else said(found)


def _actor(reader: Reader) -> Actor | Refusal:
    return identify(snapshot_of(reader.index), reader.alias)


def said(refused: Refusal) -> str:
    """A refusal in one line: what is not possible, and who could."""
    return f"{refused.message} {refused.hint}".strip()
