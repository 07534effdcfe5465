"""A small ledger with small operations, on a real embedded forge: what the writer's tests play with.

The operations stand for the real ones, so that these tests say something of the writer alone.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
import tarfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Faults
from smartup_tui.forge.embedded.problems import Mode
from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.models import CommitRequest, FileChange, Identity, RepoRef
from smartup_tui.forge.retrying import RetryPolicy
from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import (
    Answer,
    Append,
    Audit,
    Change,
    Entity,
    Outcome,
    PageWrite,
    Reason,
    Refusal,
    RowWrite,
    Update,
)
from smartup_tui.ledger.compose import compose
from smartup_tui.ledger.economy.effect import Effect
from smartup_tui.ledger.policies import DEFAULT_TEXTS
from smartup_tui.ledger.rows import MasterEvent, Objective, Owner, Role, TaskBudget, TaskClaim
from smartup_tui.ledger.rowset import RowCache, read_rows
from smartup_tui.ledger.seal import Stamp, seal
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.toolbox.ids import event_id, new_request_id
from smartup_tui.toolbox.publish import ForgeStore
from smartup_tui.toolbox.result import Request, Result
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.writer import Rules

REPO = RepoRef("Smartup_Zero", "2_workplace")
BORN = datetime(2026, 11, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
OWNERS = ("maria", "jonas", "lena")
TASKS = 120


def task_id(number: int) -> str:
    return f"6_1_2_{number}"


def claim_task(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Takes the attacker's seat."""
    task = snapshot.task(args.text("task_id"))
    assert task is not None
    if task.attacker is not None:
        hint = "Another task may be free: !open_tasks."
        return Refusal(Reason.CONFLICT, "seat_taken", f"{task.attacker} holds this seat.", hint, "task_id")
    if task.status == "cancelled":
        return Refusal(Reason.CONFLICT, "task_closed", f"{task.task_id} is cancelled.", "", "task_id")
    message = f"{actor.alias} claimed {task.task_id}."
    index: tuple[RowWrite, ...] = (
        Update(tables.TASKS, (task.task_id,), {"attacker": actor.alias, "status": "claimed"}),
        Append(tables.CLAIMS, TaskClaim(now, task.task_id, actor.alias, "attacker", "claim", "")),
    )
    page = PageWrite(f"wiki/6_1/6_1_2/{task.task_id}.md", f"# {task.task_id}\n\n{actor.alias}\n")
    audit = Audit("claim_task", Entity("task", task.task_id), message)
    return Change(
        (page,), index, (audit,), message, ("50 SC",), f"!start_work {task.task_id}", {"sc": Decimal("50.00")}
    )


def start_work(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Only tells the time from which it counts."""
    del snapshot
    entity = Entity("task", args.text("task_id"))
    return Change((), (), (Audit("start_work", entity, "Started."),), "Started.", data={"from": now, "by": actor.alias})


def release_task(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Fails, as an operation with a fault in it."""
    raise ZeroDivisionError("an operation with a fault")


def open_tasks(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Counts them."""
    del actor, args, now
    free = [task.task_id for task in snapshot.rows(tables.TASKS).where(status="open")]
    return Answer(f"{len(free)} open tasks.", data={"tasks": free})


def next_effect(snapshot: Snapshot, now: datetime) -> Effect | None:
    """Tasks that nobody claimed until the day they were due are cancelled, one after another."""
    for task in snapshot.rows(tables.TASKS).where(status="open"):
        due = None if task.due is None else datetime.combine(task.due, datetime.min.time(), UTC)
        if due is not None and due <= now:
            return Effect("overdue", due, Entity("task", task.task_id), partial(_cancel, task))
    return None


def _cancel(task: TaskBudget) -> Change:
    entity = Entity("task", task.task_id)
    update = Update(tables.TASKS, (task.task_id,), {"status": "cancelled"})
    return Change((), (update,), (Audit("overdue", entity, "Overdue."),), f"{task.task_id} is overdue.")


RULES = Rules(
    {
        "claim_task": claim_task,
        "start_work": start_work,
        "release_task": release_task,
        "open_tasks": open_tasks,
    },
    next_effect,
)


def new_ledger(overdue: int = 0, *, segment_rows: int = 1000) -> dict[str, bytes]:
    """The files of an organisation with three owners and open tasks, the first `overdue` of them due on 10 November."""
    rows: list[RowWrite] = []
    for number, alias in enumerate(OWNERS, start=1):
        role = f"4_3_{number}"
        matrix_id = f"@{alias}:example.org"
        rows.append(
            Append(tables.OWNERS, Owner(f"o_{number}", alias, matrix_id, "work", "active", (role,), None, BORN, None))
        )
        rows.append(
            Append(
                tables.ROLES,
                Role(role, "Junior", "3_1", "junior", "active", None, "", None, None, alias, "", None),
            )
        )
    objective = Objective("5_1_2", "5_0", "3_1", "Circle", None, "active", None, None, None, "maria", BORN, None)
    rows.append(Append(tables.OBJECTIVES, objective))
    for number in range(TASKS):
        due = date(2026, 11, 10) if number < overdue else None
        task = TaskBudget(
            task_id(number), f"Task {number}", "5_1_2", "3_1", "medium", Decimal("50.00"), "open", None, None, due,
            "maria", BORN, None,
        )  # fmt: skip
        rows.append(Append(tables.TASKS, task))
    policies = [
        PageWrite(path, text.replace("segment_rows: 1000", f"segment_rows: {segment_rows}"))
        for path, text in DEFAULT_TEXTS.items()
    ]
    change = Change(
        tuple(policies), tuple(rows), (Audit("register_smartup", Entity("organisation", "1"), "Registered."),), "Done."
    )
    sealed = seal(change, Stamp("maria", BORN, new_request_id(), "cli:register_smartup", event_id))
    return {file.path: file.content for file in compose(MappingTree({}), [sealed]).files}


@dataclass
class Clock:
    """The time of decisions, as a test sets it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)


class Place:
    """A forge with a ledger on it, and the Toolboxes that a test starts beside it."""

    def __init__(self, folder: Path, server: ForgeServer, faults: Faults, token: str) -> None:
        self.folder = folder
        self.server = server
        self.faults = faults
        self.token = token
        self.clock = Clock()
        self._stack = ExitStack()
        self._count = 0

    @property
    def repository(self) -> Path:
        return self.server.store.repository_path(REPO)

    @property
    def rules(self) -> Rules:
        return RULES

    def restart(self, port: int, mode: Mode = "v15") -> None:
        """Start the forge again after a test has closed it, in another version perhaps."""
        self.server = ForgeServer(self.folder / "forge", port=port, mode=mode, faults=self.faults)
        self._stack.enter_context(self.server)

    def store(self, write_timeout: float = 60.0, state: str = "") -> ForgeStore:
        """A store of its own, as another process would have; `write_timeout` is when a write counts as lost.

        With the `state` of an earlier one, such as `state-1`, it is that process started again.
        """
        self._count += 1
        client = ForgeClient(
            self.server.address,
            self.token,
            timeout=60.0,
            write_timeout=write_timeout,
            retry=RetryPolicy(attempts=2, first_wait=0.01, longest_wait=0.05, total=2.0),
        )
        return ForgeStore(client, REPO, "main", self.folder / (state or f"state-{self._count}"))

    def toolbox(self, rules: Rules = RULES, *, bound: float = 60.0, write_timeout: float = 60.0) -> Toolbox:
        """A running Toolbox; ends with the test."""
        store = self.store(write_timeout)
        return self._stack.enter_context(Toolbox(store, rules, clock=self.clock, bound=bound))

    def until_asked(self, method: str, path: str) -> None:
        """Wait until the forge has met a request whose path ends so."""
        deadline = time.monotonic() + 60
        while not any(asked[0] == method and asked[1].endswith(path) for asked in list(self.faults.requests)):
            assert time.monotonic() < deadline, f"{method} {path} never came"
            time.sleep(0.005)

    def close(self) -> None:
        self._stack.close()

    def git(self, *arguments: str) -> str:
        """What git itself says about the repository."""
        command = ["git", "-C", str(self.repository), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def has(self, path: str) -> bool:
        """Whether the branch has a file of that path."""
        return bool(self.git("for-each-ref", "refs/heads/main")) and bool(self.git("ls-tree", "main", path))

    def commits(self, tip: str = "main") -> list[str]:
        """The commits, oldest first."""
        return self.git("rev-list", "--reverse", tip).split()

    def message(self, commit: str = "main") -> str:
        return self.git("log", "-1", "--format=%B", commit)

    def trailers(self, commit: str = "main") -> list[str]:
        return [line for line in self.message(commit).splitlines() if line.startswith("Command: ")]

    def files(self, commit: str = "main") -> dict[str, bytes]:
        """All files of one commit."""
        command = ["git", "-C", str(self.repository), "archive", "--format=tar", commit]
        archive = subprocess.run(command, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            found = ((member.name, tar.extractfile(member)) for member in tar.getmembers())
            return {name: file.read() for name, file in found if file is not None}

    def ledger(self) -> Snapshot:
        """The ledger at the branch's tip, read by git."""
        commit = self.commits()[-1]
        return Snapshot(MappingTree(self.files(commit), commit))

    def audit(self) -> list[MasterEvent]:
        """The audit trail without the row of the registration."""
        return list(self.ledger().rows(tables.EVENTS))[1:]

    def sound(self) -> None:
        """Git is content. What a killed Toolbox has sent may still be being written, which disturbs git's look."""
        last = time.monotonic() + 60
        while True:
            found = subprocess.run(
                ["git", "-C", str(self.repository), "fsck", "--strict"], check=False, capture_output=True, text=True
            )
            if found.returncode == 0:
                return
            assert time.monotonic() < last, found.stderr
            time.sleep(0.05)

    def whole(self) -> None:
        """What must always hold: git is content, every claim has its row, its page, its audit row, once."""
        self.sound()
        commits = self.commits()  # a write may be under way: all is judged at one commit
        tree = MappingTree(self.files(commits[-1]))
        cache = RowCache()
        claims = list(read_rows(tables.CLAIMS, tree, cache))
        seats = {task.task_id: task.attacker for task in read_rows(tables.TASKS, tree, cache) if task.attacker}
        events = list(read_rows(tables.EVENTS, tree, cache))
        claimed = [event for event in events if event.action == "claim_task"]
        assert {c.task_id: c.alias for c in claims} == seats
        assert sorted(c.task_id for c in claims) == sorted(seats)
        assert sorted((e.entity_id, e.actor) for e in claimed) == sorted(seats.items())
        assert all(tree.read(f"wiki/6_1/6_1_2/{task}.md") for task in seats)
        assert len({event.event_id for event in events}) == len(events)
        named = [line.split()[1] for commit in commits[1:] for line in self.trailers(commit)]
        assert sorted(named) == sorted({e.request_id: e.event_id for e in reversed(events[1:])}.values())


@contextmanager
def running(folder: Path, files: dict[str, bytes], mode: Mode = "v15", faults: Faults | None = None) -> Iterator[Place]:
    """A forge that holds these files, on loopback."""
    faults = faults or Faults()
    with ForgeServer(folder / "forge", mode=mode, faults=faults) as server:
        server.store.create_user("toolbox", email="toolbox@owners.invalid")
        server.store.create_organization(REPO.owner, owners=["toolbox"])
        server.store.create_repository(REPO)
        token = server.store.create_token("toolbox", "tests")
        place = Place(folder, server, faults, token)
        try:
            if files:
                seed(place, files)
            faults.clear()
            yield place
        finally:
            faults.clear()
            place.close()


def seed(place: Place, files: dict[str, bytes]) -> None:
    """Commit files as they are, as a foreign hand would."""

    async def write() -> None:
        async with ForgeClient(place.server.address, place.token) as client:
            changes = []
            for path, content in files.items():
                old = place.git("rev-parse", f"main:{path}").strip() if place.has(path) else None
                changes.append(FileChange.update(path, content, old) if old else FileChange.create(path, content))
            hand = Identity("hand", "hand@owners.invalid")
            await client.change_files(REPO, CommitRequest("main", "By hand", tuple(changes), hand, hand))

    asyncio.run(write())


def claim(actor: str, number: int, name: str | None = None) -> Request:
    return Request("claim_task", actor, name or new_request_id(), {"task_id": task_id(number)})


def codes(results: Iterable[Result]) -> list[str]:
    return ["ok" if r.error is None else r.error.code for r in results]
