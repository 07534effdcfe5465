"""Govern: proposals with when their windows end, objections and votes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from smartup_tui.ledger.governance.voting import UNDECIDED
from smartup_tui.ledger.index import governance_queries as lists
from smartup_tui.ledger.index.governance_queries import Proposals
from smartup_tui.ledger.rows import Proposal
from smartup_tui.screens.acting import STOP, ActKey, act_bindings
from smartup_tui.screens.browse import BrowseScreen, View, view_bindings
from smartup_tui.screens.forms import open_form
from smartup_tui.screens.sources import WindowSource
from smartup_tui.widgets.table import Column, Row, RowSource
from smartup_tui.workspace import words
from smartup_tui.workspace.actions import Composed
from smartup_tui.workspace.describe_govern import describe_proposal
from smartup_tui.workspace.govern import VOTES, Act, ends, hindrance, my_vote, proposal_detail

if TYPE_CHECKING:
    from smartup_tui.workspace.reader import Reader

_COLUMNS = (
    Column("Proposal", width=8),
    Column("Title", minimum=14),
    Column("Kind", width=10, drop=4),
    Column("Status", width=9, drop=2),
    Column("Ends", width=12, drop=1),
    Column("You", width=7, drop=3),
)
_ACTS = (
    ActKey(Act.PROPOSE, "p", "propose"),
    ActKey(Act.OBJECT, "b", "object"),
    ActKey(Act.YES, "Y", "yes"),
    ActKey(Act.NO, "N", "no"),
    ActKey(Act.ABSTAIN, "A", "abstain", rank=2),
    ActKey(Act.WITHDRAW, "u", "take back", rank=6),
)
_OWN = frozenset(act.name for act in _ACTS)


class GovernScreen(BrowseScreen):
    """What is proposed, what speaks against it, and how it is voted."""

    NAME = "Govern"
    PLACEHOLDER = "words in id, title, kind, proposer or status"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(Proposals.OPEN, "o", "open", _COLUMNS, "No proposal is open. p opens one, l shows those that are closed."),
        View(Proposals.MINE, "m", "mine", _COLUMNS, "You have proposed nothing yet."),
        View(Proposals.CLOSED, "l", "closed", _COLUMNS, "No proposal is closed yet."),
        View(Proposals.ALL, "a", "all", _COLUMNS, "Nothing has been proposed yet."),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = (*_ACTS, STOP)
    BINDINGS: ClassVar[list[BindingType]] = [*view_bindings(VIEWS), *act_bindings(_ACTS)]

    _source: WindowSource[Proposal] | None = None

    # The lists

    def source(self, keep: str) -> RowSource:
        reader = self.workspace.reader
        assert reader is not None
        window = lists.proposal_window(reader.index, Proposals(self.view.name), reader.alias, self.words, keep)
        self._source = WindowSource(window, _row(reader))
        return self._source

    def describe(self, row_id: str) -> str:
        reader, entity = self.workspace.reader, self.entity_of(row_id)
        detail = proposal_detail(reader, entity) if reader is not None and entity is not None else None
        return describe_proposal(detail, self.workspace.now()) if detail is not None else ""

    def entity_of(self, row_id: str) -> str | None:
        row = self._source.first(row_id) if self._source is not None else None
        return row.proposal_id if row is not None else None

    def row_of(self, entity: str) -> str | None:
        reader = self.workspace.reader
        row = lists.proposal_row(reader.index, entity) if reader is not None else None
        return None if row is None else str(row)

    # Keys

    def hindrance_of(self, name: str) -> str | None:
        reader = self.workspace.reader
        if name not in _OWN or reader is None:
            return super().hindrance_of(name)
        return hindrance(reader, Act(name), self.entity_in_hand)

    def compose_of(self, name: str) -> Composed | None:
        entity = self.entity_in_hand
        if name == Act.PROPOSE:
            open_form(self, "propose")
            return None
        if name not in _OWN or entity is None:
            return super().compose_of(name)
        act = Act(name)
        if act in VOTES:
            return Composed(f"!vote {entity} {act}")
        if act is Act.OBJECT:
            return Composed(f"!object {entity} ", complete=False)
        return Composed(f"!withdraw {entity}")


def _row(reader: Reader) -> Callable[[str, Proposal], Row]:
    def row(key: str, proposal: Proposal) -> Row:
        moment = ends(proposal)
        ending = words.column_moment(moment) if moment is not None else ""
        voted = my_vote(reader, proposal.proposal_id) or ""
        cells = (proposal.proposal_id, proposal.title, proposal.kind, proposal.status, ending, voted)
        return Row(key, cells, "" if proposal.status in UNDECIDED else "muted")

    return row
