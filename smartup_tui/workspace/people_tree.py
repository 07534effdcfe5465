"""Teams, their roles by rank, and who holds them, as the lines of a tree: every node a number."""

from __future__ import annotations

from typing import Final

from smartup_tui.ledger.index import people
from smartup_tui.ledger.rows import Role, Team
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.tree import FoldedTree

TEAM: Final = 0
ROLE: Final = 1
HOLDER: Final = 2
"""What a node is: its number is its row's id (a holder's is that of the role) times 4, and this."""

NO_TEAM: Final = -4
"""The node above the roles of no team."""


class PeopleTree:
    """Nodes and what they stand for. Teams and roles are few: they are read once for each commit."""

    def __init__(self, reader: Reader) -> None:
        """Read from `reader`, on its thread."""
        self._reader = reader
        self._commit = reader.index.commit
        teams, roles = people.teams_window(reader.index), people.roles_window(reader.index)
        self._teams = {row * 4 + TEAM: team for row, team in teams.rows(0, len(teams))}
        self._roles = {row * 4 + ROLE: role for row, role in roles.rows(0, len(roles))}
        places = {team.team_id: node for node, team in self._teams.items()}
        self._of_team: dict[int, list[int]] = {}
        for node, role in self._roles.items():
            self._of_team.setdefault(places.get(role.team_id or "", NO_TEAM), []).append(node)

    def shows(self, reader: Reader) -> bool:
        """Whether this is what the reader reads now."""
        return self._reader is reader and self._commit == reader.index.commit

    def team(self, node: int) -> Team | None:
        """The team of a node that is one."""
        return self._teams.get(node)

    def role(self, node: int) -> Role | None:
        """The role of a node that is one, or of the holder that it is."""
        return self._roles.get(node // 4 * 4 + ROLE)

    def name(self, node: int) -> str | None:
        """The ledger's id of a node: a team's, a role's, or the holder's alias."""
        team, role = self.team(node), self.role(node)
        if team is not None:
            return team.team_id
        if role is None:
            return None
        return role.holder if node % 4 == HOLDER else role.role_id

    def find(self, entity: str) -> tuple[int | None, tuple[int, ...]]:
        """The first node of a team, a role or an alias, and the nodes that must be unfolded for it to be seen."""
        for node, team in self._teams.items():
            if team.team_id == entity:
                return node, ()
        for over, roles in self._of_team.items():
            for node in roles:
                role = self._roles[node]
                if role.role_id == entity:
                    return node, (over,)
                if role.holder == entity:
                    return node - ROLE + HOLDER, (over, node)
        return None, ()

    def nodes(self) -> tuple[int, ...]:
        """All nodes that something stands under."""
        return (*self._teams, *((NO_TEAM,) if NO_TEAM in self._of_team else ()), *self._roles)

    def roots(self) -> tuple[int, ...]:
        """The teams, and what stands beside them."""
        return (*self._teams, *((NO_TEAM,) if NO_TEAM in self._of_team else ()))

    def has_children(self, node: int) -> bool:
        """Whether there is anything below a node: roles of a team, the holder of a role."""
        role = self._roles.get(node)
        return role.holder is not None if role is not None else bool(self._of_team.get(node))

    def lines(self, unfolded: set[int]) -> FoldedTree:
        """The tree with what is unfolded."""
        return FoldedTree(self.roots(), self._children, lambda node: node in unfolded)

    def narrowed(self, text: str, keep: str, folded: set[int]) -> tuple[FoldedTree, int | None]:
        """What holds every word of a text, under what it stands under, and the first node that holds them itself.

        `keep` stays whether it passes or not.
        """
        words = text.lower().split()
        hits = {node for node in (*self._teams, *self._roles) if all(word in self._text(node) for word in words)}
        kept, way = self.find(keep) if keep else (None, ())
        wanted = hits | {kept, *way} if kept is not None else set(hits)
        wanted |= {over for over, roles in self._of_team.items() if wanted.intersection(roles)}

        def children(node: int) -> list[int]:
            found = self._children(node)
            return found if node in self._roles else [child for child in found if child in wanted]

        tree = FoldedTree(
            [node for node in self.roots() if node in wanted],
            children,
            lambda node: node not in folded and node not in self._roles,
        )
        return tree, next((node for node in tree.nodes if node in hits), None)

    def _children(self, node: int) -> list[int]:
        role = self._roles.get(node)
        if role is not None:
            return [node - ROLE + HOLDER] if role.holder is not None else []
        return self._of_team.get(node, []) if node % 4 == TEAM else []

    def _text(self, node: int) -> str:
        team, role = self._teams.get(node), self._roles.get(node)
        parts: tuple[str | None, ...] = ()
        if team is not None:
            parts = (team.team_id, team.name, team.captain, team.description)
        elif role is not None:
            parts = (role.role_id, role.role_name, role.type, role.recruitment, role.skills_required, role.holder)
        return "\n".join(part for part in parts if part).lower()
