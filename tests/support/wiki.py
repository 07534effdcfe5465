"""An organisation whose wiki has something to read, and a past of its pages that is already on this machine."""

from __future__ import annotations

from datetime import UTC, datetime

from smartup_tui.ledger.tree import MappingTree
from smartup_tui.workspace.page_history import Past, Version
from smartup_tui.workspace.past_desk import PastDesk, PastRequest
from tests.support.organisation import Organisation
from tests.support.owner_home import NOW, organisation
from tests.support.quiet_workspace import QuietWorkspace

GUIDE = "wiki/6_1/6_1_0/6_1_0_0_draft_the_owners_guide.md"
HANDBOOK = "wiki/handbook/how_we_restore.md"
_HANDBOOK = """---
title: How we restore
author: tomas
date: 2026-02-01
---

# How we restore

Begin with [the guide](../6_1/6_1_0/6_1_0_0_draft_the_owners_guide.md), then ask @aisha.
The drill is 6_7_0_0; its last session was s_3, its award g_4. See [[Smartup Zero]] or
[the manual of the pump](https://example.org/manual/of/the/pump?page=7).

## In what order

| Step | What | Who |
|---|---|--:|
| 1 | Restore the backup of the ledger | @maria |
| 2 | Prüfe die Schlüssel, then 日本語の手順 | @jonas |
"""


def reading() -> Organisation:
    """The small organisation with a handbook."""
    return with_handbook(organisation())


def with_handbook(org: Organisation) -> Organisation:
    """Put the handbook into the wiki of an organisation."""
    files = {path: org.tree.read(path) or b"" for path in org.tree.paths()}
    org.tree = MappingTree(files | {HANDBOOK: _HANDBOOK.encode()}, org.tree.commit)
    return org


class StillDesk(PastDesk):
    """Nobody is asked; the test says what comes of it."""

    def __init__(self, workspace: QuietWorkspace) -> None:
        super().__init__(workspace.places, ["nobody"], lambda: None)
        self.asked: list[PastRequest] = []

    def ask(self, path: str, shas: tuple[str, ...] = ()) -> None:
        self.asked.append(PastRequest(path, shas))

    def failed(self, message: str) -> None:
        """What was asked last failed."""
        self._failures[self.asked[-1]] = message


def with_past(workspace: QuietWorkspace, *, kept: bool = True) -> StillDesk:
    """Give a workspace a desk at which nobody is asked; with `kept`, three versions of the handbook are here."""
    desk = StillDesk(workspace)
    workspace._pasts = desk
    if kept:
        keep_past(desk)
    return desk


def keep_past(desk: PastDesk) -> None:
    """Put three versions of the handbook on this machine."""
    texts = (
        _HANDBOOK,
        _HANDBOOK.replace("ask @aisha", "ask @tomas twice").replace("| 2 |", "| 3 |"),
        "# How we restore\n\nNot written yet.\n",
    )
    said = ("comment 6_7_0_0: tomas corrected the order.", "comment 6_7_0_0: jonas added the steps.", "Begun by hand")
    versions = []
    for number, (text, message) in enumerate(zip(texts, said, strict=True)):
        sha = f"{number}abc" * 10
        desk.store.save_text(HANDBOOK, sha, text.encode())
        who = ("tomas", "jonas", "robbert_founder")[number]
        trailer = f"\n\nCommand: E{number} {who} r{number} api:comment\n" if number < 2 else ""
        versions.append(Version(sha, datetime(2026, 2, 3 - number, 10, 30, tzinfo=UTC), who, message + trailer))
    desk.store.save(Past(HANDBOOK, NOW, tuple(versions)))
