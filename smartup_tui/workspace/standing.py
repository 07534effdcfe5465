"""What an owner is here: license, roles, teams. It decides what the screens offer; the Toolbox decides what is done."""

from __future__ import annotations

from dataclasses import dataclass

from smartup_tui.ledger.actor import FOUNDER, LEADERSHIP, LEADERSHIP_TEAM, TEAM_CAPTAIN
from smartup_tui.ledger.index import queries
from smartup_tui.workspace.reader import Reader


@dataclass(frozen=True, slots=True)
class Standing:
    """As `ledger.actor.Actor`, read from the read model. `license` is empty for who is in no book of owners."""

    alias: str
    license: str
    status: str
    teams: frozenset[str]
    captain_of: frozenset[str]
    leads: frozenset[str]
    is_leadership: bool
    is_founder: bool

    @property
    def is_captain(self) -> bool:
        """Whether this is the captain of any team."""
        return bool(self.captain_of)


def standing(reader: Reader) -> Standing:
    """What the reader's owner is, by the roles register, which is the truth."""
    return reader.once(_standing)


def _standing(reader: Reader) -> Standing:
    owner = queries.owner(reader.index, reader.alias)
    roles = queries.roles_of(reader.index, reader.alias)
    captain_of = frozenset(r.team_id for r in roles if r.type == TEAM_CAPTAIN and r.team_id)
    return Standing(
        alias=reader.alias,
        license=owner.license if owner else "",
        status=owner.status if owner else "",
        teams=frozenset(r.team_id for r in roles if r.team_id),
        captain_of=captain_of,
        leads=queries.ids_led_by(reader.index, reader.alias),
        is_leadership=any(r.type == LEADERSHIP for r in roles) or LEADERSHIP_TEAM in captain_of,
        is_founder=any(r.type == FOUNDER for r in roles),
    )
