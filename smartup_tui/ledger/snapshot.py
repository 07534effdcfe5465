"""One moment of the ledger, read lazily: rows, pages, policies and the look-ups that every operation needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from smartup_tui.catalogue.model import Kind
from smartup_tui.ledger import resolve, tables
from smartup_tui.ledger.change import Refusal
from smartup_tui.ledger.markdown import Page, parse
from smartup_tui.ledger.policies import Policies
from smartup_tui.ledger.problems import LedgerFileError, Problem
from smartup_tui.ledger.rows import Objective, Owner, PendingSC, Role, SessionLog, TaskBudget, Team, WorkClock
from smartup_tui.ledger.rowset import RowCache, Rows, read_rows
from smartup_tui.ledger.schema import R, Table
from smartup_tui.ledger.tree import Tree


class Snapshot:
    """The ledger as it stands in one tree. It never changes; what was read is kept.

    `cache` holds parsed files and is shared between snapshots, so that a file that did not change costs nothing.
    """

    def __init__(self, tree: Tree, cache: RowCache | None = None) -> None:
        """Look at a tree; nothing is read yet."""
        self.tree = tree
        self.cache = cache if cache is not None else RowCache()
        self._rows: dict[str, Rows[Any]] = {}
        self._page_problems: dict[str, Problem] = {}

    @property
    def commit(self) -> str:
        """The commit the tree belongs to; empty for files that are in none."""
        return self.tree.commit

    def rows(self, table: Table[R]) -> Rows[R]:
        """The rows of a table."""
        known: Rows[R] | None = self._rows.get(table.name)
        if known is None:
            known = self._rows[table.name] = read_rows(table, self.tree, self.cache)
        return known

    def page(self, path: str) -> Page | None:
        """The page at a path, None when there is none. Front matter that can not be read is a problem and left out."""
        data = self.tree.read(path)
        if data is None:
            return None
        text = data.decode("utf-8", "replace")
        try:
            return parse(text, path)
        except LedgerFileError as error:
            self._page_problems[path] = error.problem
            return Page({}, text)

    @cached_property
    def policies(self) -> Policies:
        """The rules of the economy; reading one may raise PolicyError."""
        return Policies(self.tree)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read in the tables and pages read so far."""
        return (*(problem for rows in self._rows.values() for problem in rows.problems), *self._page_problems.values())

    def owner(self, alias: str) -> Owner | None:
        """The owner of that alias, None when nobody has it."""
        return self.rows(tables.OWNERS).last(alias=alias)

    def owner_by_matrix_id(self, matrix_id: str) -> Owner | None:
        """The owner with that Matrix id; None when nobody has it, or two have, which identifies nobody."""
        found = self.rows(tables.OWNERS).where(matrix_id=matrix_id) if matrix_id else ()
        return found[0] if len(found) == 1 else None

    def task(self, task_id: str) -> TaskBudget | None:
        """The task with that id."""
        return self.rows(tables.TASKS).get(task_id)

    def objective(self, objective_id: str) -> Objective | None:
        """The objective with that id."""
        return self.rows(tables.OBJECTIVES).get(objective_id)

    def team(self, team_id: str) -> Team | None:
        """The team with that id."""
        return self.rows(tables.TEAMS).get(team_id)

    def role(self, role_id: str) -> Role | None:
        """The role with that id."""
        return self.rows(tables.ROLES).get(role_id)

    def session(self, session_id: str) -> WorkClock | None:
        """The clock of that session."""
        return self.rows(tables.CLOCK).get(session_id)

    def session_log(self, session_id: str) -> SessionLog | None:
        """The latest row of that session in the session log, which supersedes earlier ones."""
        return self.rows(tables.SESSIONS).last(session_id=session_id)

    def award(self, pending_id: str) -> tuple[PendingSC, ...]:
        """The rows of one award, decided together; empty when there is no such award."""
        return self.rows(tables.PENDING).where(pending_id=pending_id)

    def resolve(self, kind: Kind, text: str, *, accepts: Sequence[Kind] = ()) -> str | Refusal:
        """The full id of what `text` names; see `resolve.resolve`."""
        return resolve.resolve(self, kind, text, accepts=accepts)

    def running_session(self, alias: str) -> WorkClock | None:
        """The session whose clock runs for that owner; a partner who has not confirmed has no clock yet."""
        for clock in self.rows(tables.CLOCK).unrolled(status="running"):
            pair = (clock.attacker, clock.defender)
            if clock.started_by == alias or (clock.confirmed_at is not None and alias in pair):
                return clock
        return None
