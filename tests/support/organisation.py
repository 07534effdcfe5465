"""A small organisation in memory, made by running the operations themselves, one sealed command after another.

    org = Organisation().register().teams()
    org.owner("maria")
    org.do("assign_role", "robbert_founder", alias="maria", role_id="4_2_7")

Every command first applies what time decided, as the writer does. A time as `at` moves the organisation's clock; a text
as `at` is the command's own argument of that name.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, Self

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger.actor import ENGELBOT, identify
from smartup_tui.ledger.arguments import validate
from smartup_tui.ledger.change import Answer, Change, Outcome, Refusal
from smartup_tui.ledger.compose import apply
from smartup_tui.ledger.permission import permitted
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.seal import Sealed, Stamp, seal
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tables import EVENTS
from smartup_tui.ledger.tree import MappingTree, Tree, as_base
from smartup_tui.toolbox.operations import OPERATIONS

FOUNDER: Final = "robbert_founder"
START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)


class RefusedError(AssertionError):
    """A command that a test expected to work was refused."""

    def __init__(self, refusal: Refusal) -> None:
        """Carry the refusal."""
        super().__init__(f"{refusal.code}: {refusal.message} {refusal.hint}")
        self.refusal = refusal


class Organisation:
    """A ledger and its clock. `tree` is the ledger now, `sealed` every command that changed it, in order."""

    def __init__(self, start: datetime = START, tree: Tree | None = None) -> None:
        """Begin with an empty ledger, or with the files given."""
        self.now = start
        self.tree: Tree = tree if tree is not None else MappingTree({})
        self.sealed: list[Sealed] = []
        self._cache = RowCache()
        self._ids = count(len(self.tree.read(EVENTS.path) or b"") + 1)  # more than any id in there

    @property
    def snapshot(self) -> Snapshot:
        """The ledger as it stands."""
        return Snapshot(self.tree, self._cache)

    def wait(self, **duration: float) -> Self:
        """Let time pass, without anybody settling."""
        self.now += timedelta(**duration)
        return self

    def attempt(self, command: str, actor: str, /, *, at: datetime | str | None = None, **arguments: Any) -> Outcome:
        """Give a command, as its giver would; a change is sealed and applied."""
        if isinstance(at, str):
            arguments["at"] = at
        else:
            self.now = at or self.now
        self.settle()
        snapshot = self.snapshot
        declared = CATALOGUE[command]
        known = identify(snapshot, actor)
        if isinstance(known, Refusal):
            return known
        raw: dict[str, Any] = {name: value for name, value in arguments.items() if value is not None}
        args = validate(declared, raw, snapshot)
        if isinstance(args, Refusal):
            return args
        outcome = permitted(declared, known, snapshot, args) or OPERATIONS[command](snapshot, known, args, self.now)
        if isinstance(outcome, Change):
            self._apply(outcome, actor, f"cli:{command}", f"request-{next(self._ids)}")
        return outcome

    def do(
        self, command: str, actor: str = FOUNDER, /, *, at: datetime | str | None = None, **arguments: Any
    ) -> Change:
        """Give a command that changes the ledger; a refusal fails the test."""
        outcome = self.attempt(command, actor, at=at, **arguments)
        if isinstance(outcome, Refusal):
            raise RefusedError(outcome)
        assert isinstance(outcome, Change), outcome
        return outcome

    def ask(self, command: str, actor: str = FOUNDER, /, **arguments: Any) -> Answer:
        """Give a query."""
        outcome = self.attempt(command, actor, **arguments)
        if isinstance(outcome, Refusal):
            raise RefusedError(outcome)
        assert isinstance(outcome, Answer), outcome
        return outcome

    def refused(
        self, command: str, actor: str = FOUNDER, /, *, at: datetime | str | None = None, **arguments: Any
    ) -> Refusal:
        """Give a command that must be refused, and leave the ledger as it was."""
        self.settle(at if isinstance(at, datetime) else None)
        before = self.tree
        outcome = self.attempt(command, actor, at=at, **arguments)
        assert isinstance(outcome, Refusal), outcome
        assert self.tree is before
        assert outcome.message.endswith(".")
        return outcome

    def settle(self, at: datetime | None = None) -> int:
        """Apply what is due, the earliest first; how many effects there were."""
        self.now = at or self.now
        done = 0
        while (effect := next_effect(self.snapshot, self.now)) is not None:
            self._apply(effect.change(), ENGELBOT, "settle", effect.request_id)
            done += 1
        return done

    def _apply(self, change: Change, actor: str, script: str, request_id: str) -> None:
        stamp = Stamp(actor, self.now, request_id, script, lambda _: f"E{next(self._ids):08}")
        sealed = seal(change, stamp)
        self.sealed.append(sealed)
        self.tree = as_base(apply(as_base(self.tree), sealed))

    # What most tests begin with.

    def register(self, founding_sc: str | None = "82200") -> Self:
        """The founder registers the organisation."""
        self.do("register_smartup", FOUNDER, name="Smartup Zero", founder=FOUNDER, matrix_id="@robbert:smartup0.org",
                founding_sc=founding_sc)  # fmt: skip
        return self

    def teams(self) -> Self:
        """The teams and roles of the record."""
        self.do("bootstrap_teams")
        return self

    def owner(self, alias: str, role: str | None = None, license_: str = "work") -> Self:
        """A further owner, with a role if one is given."""
        self.do("create_owner", alias=alias, license=license_, matrix_id=f"@{alias}:smartup0.org", reference="OC-1")
        if role is not None:
            self.do("assign_role", alias=alias, role_id=role)
        return self

    def task(self, size: str = "medium", title: str = "Draft the guide") -> str:
        """A task of team 3_7 under an objective that is made at the first call; its id."""
        if self.snapshot.objective("5_0") is None:
            self.do("create_objective", parent="organisation", title="SmartupOS MVP ready", abstract="All of it.")
            self.do("create_objective", parent="5_0", team="3_7", title="Tasks work", abstract="Create to pay.")
        change = self.do("create_task", objective_id="5_7_0", size=size, title=title, why="It helps.")
        return change.entity.id

    def seats(self, task_id: str, attacker: str, defender: str) -> Self:
        """Both seats of a task taken."""
        self.do("claim_task", attacker, task_id=task_id, seat="attacker")
        self.do("claim_task", defender, task_id=task_id, seat="defender")
        return self

    def session(self, task_id: str, attacker: str, defender: str, minutes: int = 90) -> str:
        """A confirmed session of two who hold the seats; its id."""
        change = self.do("start_work", attacker, task_id=task_id)
        self.do("start_work", defender, task_id=task_id)
        self.wait(minutes=minutes)
        self.do("stop_work", attacker, notes="Done and noted.")
        return change.entity.id


def company() -> Organisation:
    """An organisation to work in: the founder, captains of 3_7 and 3_2, and two who work in 3_7."""
    org = Organisation().register().teams()
    org.owner("captain", "4_1_7").owner("designer", "4_1_2")
    return org.owner("maria", "4_2_7").owner("jonas", "4_3_7")


def edited(org: Organisation, path: str, old: bytes, new: bytes) -> Organisation:
    """The same organisation with one file changed by hand, as a proposal or an accident would."""
    files = {known: org.tree.read(known) or b"" for known in org.tree.paths()}
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    return Organisation(org.now, MappingTree(files))
