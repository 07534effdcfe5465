"""A large organisation, made up: by default 1,000 owners, 100,000 tasks, about 1,000,000 audit rows, 20,000 pages.

    python -m benchmarks._large FOLDER [--tasks 100000] [--owners 1000] [--pages 20000] [--years 10] [--seed 1]

makes a bare git repository with one commit a month. Texts are plausible, ids and sums agree with each other, and what
is finished lies in segments, as the Toolbox leaves it (ledger.md §2). It is a load, and no ledger that was lived: its
rows were never decided by the rules, and of the tasks only one in a few has a page.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from smartup_tui.ledger import tables
from smartup_tui.ledger.policies import DEFAULT_TEXTS
from smartup_tui.ledger.schema import Table

SEGMENT: Final = 1_000
TEAMS: Final = 12
TASKS_OF_OBJECTIVE: Final = 50
END: Final = datetime(2026, 11, 1, tzinfo=UTC)
SIZES: Final = (("small", 25), ("medium", 50), ("large", 100), ("huge", 200))
VERBS: Final = (
    "Draft",
    "Review",
    "Translate",
    "Print",
    "Repair",
    "Measure",
    "Test",
    "Compare",
    "Plan",
    "Publish",
    "Count",
)
THINGS: Final = (
    *("owners' guide", "treasury page", "invitation text", "backup drill", "solar charger", "workshop table"),
    *("welcome evening", "price list", "map of teams", "bread oven", "seed library", "repair café", "harvest plan"),
    *("lending shelf", "choir programme", "passport of licenses"),
)
PLACES: Final = (
    "Utrecht",
    "Gent",
    "Leeds",
    "Porto",
    "Łódź",
    "Århus",
    "Brno",
    "Lyon",
    "Malmö",
    "Graz",
    "Zürich",
    "Ōsaka",
)
SENTENCES: Final = (
    "We agreed on the outline and wrote the first half.",
    "Two examples are missing; the next pair finds them in the notes of the workshop.",
    "The numbers of the spring were counted twice, so the table was made again.",
    "It works on the old machines too, and that took most of the time.",
    "Whoever goes on here should ask the team that keeps the archive.",
    "Nobody knew where the keys were; now it stands on the page.",
    "A short text is better than a long one, and this is still a long one.",
)
WHOLE: Final = (tables.OWNERS, tables.TEAMS, tables.ROLES, tables.OBJECTIVES)
"""These never roll (ledger.md §2)."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large. Audit rows follow from the tasks, about ten for each."""

    owners: int = 1_000
    tasks: int = 100_000
    pages: int = 20_000
    years: int = 10
    seed: int = 1


@dataclass(slots=True)
class _Log:
    """A table that grows: what is full goes to segments, the rest is the live file."""

    table: Table[Any]
    rows: list[list[str]] = field(default_factory=list)
    segments: int = 0

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The segments that are full by now, and the live file."""
        while len(self.rows) > SEGMENT and self.table not in WHOLE:
            self.segments += 1
            yield f"{self.table.segments}{self.segments:06}.csv", _csv(self.table, self.rows[:SEGMENT])
            del self.rows[:SEGMENT]
        yield self.table.path, _csv(self.table, self.rows)


class Organisation:
    """Makes the organisation month by month."""

    def __init__(self, size: Size) -> None:
        """Nothing is made yet."""
        self.size = size
        self.random = random.Random(size.seed)
        self.logs = {table.name: _Log(table) for table in tables.TABLES}
        self.owners: list[str] = []
        self.objectives = self.tasks = self.sessions = self.awards = self.events = self.pages = 0
        self.balance: dict[str, int] = defaultdict(int)
        self._files: dict[str, bytes] = {}

    def months(self) -> Iterator[tuple[datetime, Mapping[str, bytes]]]:
        """Each month's end, and the files that are new or changed in it."""
        count = self.size.years * 12
        begin = END - timedelta(days=30.4 * count)
        for number in range(count):
            start = begin + timedelta(days=30.4 * number)
            self._files = {} if number else self._founding(start)
            self._hire(start, round(self.size.owners * (number + 1) / count) - len(self.owners))
            due = round(self.size.tasks * (number + 1) / count) - self.tasks
            last = number == count - 1
            for place in range(due):
                moment = start + timedelta(days=30 * place / max(1, due))
                self._task(moment, finished=not last or place < due // 2)
            for log in self.logs.values():
                self._files |= dict(log.files())
            yield start + timedelta(days=30), self._files

    # What happens

    def _founding(self, at: datetime) -> dict[str, bytes]:
        for team in range(1, TEAMS + 1):
            name = f"Team of {THINGS[team % len(THINGS)]}"
            self._row(tables.TEAMS, f"3_{team}", name, "", "active", f"Looks after the {THINGS[team % len(THINGS)]}.")
            for rank, kind in enumerate(("team_captain", "senior", "junior"), start=1):
                holder = "maria" if (rank, team) == (3, 1) else ""
                name = f"{kind} of team {team}"
                self._row(tables.ROLES, f"4_{rank}_{team}", name, f"3_{team}", kind, "active", *[""] * 4, holder)
        home = f"# Home\n\nMade up on {at:%Y-%m-%d}: a load for measuring.\n"
        self.pages += 1
        seats = ("", "", "maria", "maria")
        self._row(
            tables.OBJECTIVES, "5_0", "", "3_1", "An organisation that lasts", "build", "active", *seats, _stamp(at)
        )
        return {"wiki/home.md": home.encode(), **{path: text.encode() for path, text in DEFAULT_TEXTS.items()}}

    def _hire(self, at: datetime, count: int) -> None:
        for _ in range(count):
            number = len(self.owners) + 1
            alias = f"{self._pick(PLACES).lower()}_{number}" if number > 1 else "maria"
            alias = alias.encode("ascii", "ignore").decode()
            self.owners.append(alias)
            path = f"wiki/owners/{alias}.md"
            self._page(path, f"# {alias}\n\n{self._text()}\n")
            matrix_id = f"@{alias}:smartup.test"
            joined = _stamp(at)
            roles = "4_3_1" if number == 1 else ""
            self._row(tables.OWNERS, f"{number:04}", alias, matrix_id, "work", "active", roles, "open", joined, path)
            self._event(at, alias, "create_owner owner", alias, f"{alias} joined with a work license.")

    def _task(self, at: datetime, *, finished: bool) -> None:
        team, objective, task_id = self._place(at)
        title = f"{self._pick(VERBS)} the {self._pick(THINGS)} of {self._pick(PLACES)}"
        size, budget = self._pick(SIZES)
        attacker, defender = self.random.sample(self.owners, 2) if len(self.owners) > 1 else (self.owners[0], "")
        self.tasks += 1
        path = ""
        if self.tasks * self.size.pages > self.pages * self.size.tasks and self.pages < self.size.pages:
            path = f"wiki/6_{team}/{objective.replace('5_', '6_', 1)}/{task_id}_{_slug(title)}.md"
        status = "completed" if finished else self._pick(("open", "claimed", "in_review"))
        if status == "open":
            attacker = defender = ""
        day, money = _stamp(at), f"{budget}.00"
        seats = (attacker, defender, "", self.owners[0], day, path)
        self._row(tables.TASKS, task_id, title, objective, f"3_{team}", size, money, status, *seats)
        self._event(at, self.owners[0], "create_task task", task_id, f"{task_id} {title} is open.")
        for seat, alias in (("attacker", attacker), ("defender", defender)):
            if alias:
                self._row(tables.CLAIMS, day, task_id, alias, seat, "claim")
                self._event(at, alias, "claim_task task", task_id, f"{alias} took the {seat}'s seat of {task_id}.")
        if status in ("completed", "in_review"):
            self._session(at + timedelta(days=2), task_id, (attacker, defender), budget, paid=finished)
        if path:
            self._page(
                path, f"# {task_id} {title}\n\n## Why\n\n{self._text()}\n\n## Sessions\n\n- {self._pick(SENTENCES)}\n"
            )

    def _session(self, at: datetime, task_id: str, pair: tuple[str, str], budget: int, *, paid: bool) -> None:
        self.sessions += 1
        session = f"s_{self.sessions}"
        minutes = self.random.randrange(20, 360)
        end, (attacker, defender) = at + timedelta(minutes=minutes), pair
        ended = "assessed" if paid else "stopped"
        self._row(tables.CLOCK, session, task_id, *pair, attacker, _stamp(at), _stamp(at), _stamp(end), ended)
        self._row(
            tables.SESSIONS,
            session,
            task_id,
            *pair,
            _stamp(at),
            _stamp(end),
            str(minutes),
            "stopped",
            self._pick(SENTENCES),
            "",
        )
        self._event(at, attacker, "start_work session", session, f"Clock started on {task_id}.")
        self._event(at, defender, "start_work session", session, f"{defender} confirmed {session}.")
        self._event(end, attacker, "stop_work session", session, f"Clock stopped after {minutes} minutes.")
        if not paid:
            return
        self.awards += 1
        award, captain = f"g_{self.awards}", self.owners[0]
        judged = end + timedelta(days=1)
        self._event(judged, captain, "assess_work award", award, f"{session} assessed: {budget}.00 SC.")
        self._event(judged, captain, "validate_sc award", award, f"{award} validated.")
        for seat, alias in zip(("attacker", "defender"), pair, strict=True):
            cents = budget * 50
            self.balance[alias] += cents
            amount = f"{cents // 100}.{cents % 100:02}"
            days = (_stamp(judged), _stamp(judged + timedelta(days=3)))
            self._row(
                tables.PENDING, award, days[0], session, task_id, alias, seat, amount, "4", "4", "4", "100", "100",
                captain, "paid", days[1], captain, days[0], "",
            )  # fmt: skip
            self._row(tables.CREDITS, days[1], "MINT", amount, "", alias, award, f"{task_id} settled")
            self._row(tables.KARMA, days[1], "KARMA", "2", "", alias, award, "Work on a task", captain, "work")
            self._event(judged, "engelbot", "mint_sc award", award, f"{amount} SC for {alias}.")

    # Parts

    def _place(self, at: datetime) -> tuple[int, str, str]:
        """The team, objective and id of the next task; a new objective when the last one is full."""
        number, place = divmod(self.tasks, TASKS_OF_OBJECTIVE)
        team = 1 + number % TEAMS
        objective = f"5_{team}_{number // TEAMS}"
        if not place:
            self.objectives += 1
            title = f"{self._pick(THINGS).capitalize()} for {self._pick(PLACES)}"
            path = f"wiki/5_{team}/{objective}_{_slug(title)}.md"
            criteria = "\n".join(f"- [{'x' if self.random.random() < 0.6 else ' '}] {s}" for s in SENTENCES[:4])
            self._page(path, f"# {objective} {title}\n\n{self._text()}\n\n## Definition of success\n\n{criteria}\n")
            owners = (self.owners[0], self.owners[-1], self.owners[0])
            self._row(
                tables.OBJECTIVES, objective, "5_0", f"3_{team}", title, "build", "active", *owners, self.owners[0],
                _stamp(at), path,
            )  # fmt: skip
            self._event(at, self.owners[0], "create_objective objective", objective, f"{objective} {title}.")
        return team, objective, f"6_{objective[2:]}_{place}"

    def _row(self, table: Table[Any], *cells: str) -> None:
        missing = len(table.columns) - len(cells)
        self.logs[table.name].rows.append([*cells, *[""] * missing])

    def _event(self, at: datetime, actor: str, what: str, entity: str, details: str) -> None:
        """An audit row; `what` is the action and the kind of entity."""
        self.events += 1
        action, kind = what.split()
        event = (f"01{self.events:024}", actor, action, kind, entity, details, f"api:{action}", "ok")
        self._row(tables.EVENTS, _stamp(at), *event, f"$made-up-{self.events}")

    def _page(self, path: str, text: str) -> None:
        self.pages += 1
        self._files[path] = text.encode()

    def _text(self) -> str:
        return "\n\n".join(
            " ".join(self._pick(SENTENCES) for _ in range(3)) + f" See {self._pick(PLACES)}." for _ in range(3)
        )

    def _pick(self, choice: Any) -> Any:
        return choice[int(self.random.random() * len(choice))]


def write(folder: Path, size: Size) -> Path:
    """Make the bare repository `folder/organisation.git`, one commit a month; an existing one is taken as it is."""
    repository = folder / "organisation.git"
    if repository.exists():
        return repository
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "unfinished.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(unfinished)], check=True)
    command = ["git", "-C", str(unfinished), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as importer:
        assert importer.stdin is not None
        for at, files in Organisation(size).months():
            who = f"committer toolbox <toolbox@owners.invalid> {int(at.timestamp())} +0000\n"
            message = f"{at:%B %Y}".encode()
            head = f"commit refs/heads/main\n{who}data {len(message)}\n"
            importer.stdin.write(head.encode() + message + b"\n")
            for path, data in files.items():
                importer.stdin.write(b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(data)) + data + b"\n")
    if importer.returncode:
        raise RuntimeError(f"git fast-import ended with {importer.returncode}")
    unfinished.rename(repository)
    return repository


def _csv(table: Table[Any], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([table.header, *rows])
    return text.getvalue().encode()


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in title.lower()).split())


def size_from(parser: argparse.ArgumentParser, arguments: list[str] | None = None) -> tuple[Size, argparse.Namespace]:
    """The size that a command line asks for, beside whatever else its parser knows."""
    default = Size()
    for name in ("owners", "tasks", "pages", "years", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(default, name))
    found = parser.parse_args(arguments)
    return Size(found.owners, found.tasks, found.pages, found.years, found.seed), found


def main() -> None:
    """Make one where the command line says."""
    parser = argparse.ArgumentParser(description="Make a large organisation's ledger as a bare git repository.")
    parser.add_argument("folder", type=Path)
    size, found = size_from(parser)
    print(write(found.folder, size))


if __name__ == "__main__":
    main()
