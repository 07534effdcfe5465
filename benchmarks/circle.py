"""How long does the circle of a command take: Enter in the workspace, until its row is read back from the ledger?

    python -m benchmarks.circle [LAB]

LAB is the directory of a running lab; without it a throw-away lab is started and ended. A hundred commands (claim and
release, so the ledger stays as it was) are given by several owners in turn, within the servers' default rate limits.
Parts that lie inside another process are measured beside it in the same run: the same commands over the Toolbox's HTTP
alone, and commits of the same files on the forge alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from smartup_tui import config, secrets
from smartup_tui.config import Home, Profile
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import CommitRequest, FileChange, Identity, Operation, RepoRef
from smartup_tui.ledger import tables
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.store import Index
from smartup_tui.matrix import Account, Link
from smartup_tui.matrix.status import LinkState
from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.settings import load as load_toolbox
from smartup_tui.workspace.places import MATRIX_TOKEN, Places
from smartup_tui.workspace.sync_job import Synchroniser

COMMANDS = 100
WARM = 9
BURST, SECONDS_EACH = 9, 5.2
FILES = ("work/task_claimed.csv", "work/task-budgets.csv", "master-events.csv")


@dataclass
class Figures:
    """Milliseconds by part, one for each command."""

    parts: dict[str, list[float]] = field(default_factory=dict)

    def add(self, part: str, seconds: float) -> None:
        """Note a duration."""
        self.parts.setdefault(part, []).append(seconds * 1000)

    def show(self) -> None:
        """Print median and 95th percentile."""
        for part, values in self.parts.items():
            ordered = sorted(values)
            p95 = ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]
            print(f"{part:<34} median {statistics.median(ordered):7.1f} ms   p95 {p95:7.1f} ms   n {len(ordered)}")


@dataclass
class Owner:
    """One owner at work: home, profile, link, the room of the commands and the task that is taken and left."""

    home: Home
    name: str
    profile: Profile
    link: Link
    task_id: str
    seat: str
    claimed: bool = False
    given: int = 0
    last: float = 0.0

    async def rest(self) -> None:
        """Wait as long as the homeserver's limit for owners asks: ten messages at once, then one in five seconds."""
        if self.given >= BURST:
            await asyncio.sleep(max(0.0, self.last + SECONDS_EACH - time.monotonic()))
        self.given, self.last = self.given + 1, time.monotonic()

    def text(self) -> str:
        """The next command."""
        self.claimed = not self.claimed
        if self.claimed:
            return f"!claim_task {self.task_id} {self.seat}"
        return f"!release_task {self.task_id} For the next one."


def open_owner(folder: Path, task_id: str, seat: str) -> Owner:
    """An owner with a link that is online."""
    home = Home.find(folder)
    loaded = config.load(home)
    name, profile = loaded.choose()
    token = secrets.open_store(loaded.secrets, home).get(name, MATRIX_TOKEN)
    assert token is not None
    account = Account(profile.homeserver, profile.user_id, profile.device_id, token)
    link = Link(account, Places.of(home, name).matrix, bots=profile.engelbot)
    link.start()
    assert link.wait_for(lambda: link.status.state is LinkState.ONLINE, 60), link.status
    return Owner(home, name, profile, link, task_id, seat)


def workplace(link: Link) -> str:
    """The room that every owner is in."""
    return next(r.room_id for r in link.store.rooms() if r.kind == "group" and r.entity == "2_workplace")


def workers(index: Index) -> list[str]:
    """The owners who may claim a seat and have room for one more."""
    owners = index.select(tables.OWNERS, "status = 'active' AND license IN ('work', 'organizational')")
    return [o.alias for o in owners if len(queries.tasks_of(index, o.alias)) < 5 and queries.roles_of(index, o.alias)]


def free_seats(index: Index, aliases: list[str]) -> dict[str, tuple[str, str]]:
    """For each owner a task and a seat of it that is free, held by nobody else of them."""
    window = queries.task_window(index, queries.TaskFilter(queries.Scope.OPEN))
    tasks = [task for _, task in window.rows(0, len(window))]
    seats = [(t, s) for s in ("attacker", "defender") for t in tasks if getattr(t, s) is None]
    found: dict[str, tuple[str, str]] = {}
    for alias in aliases:
        for task, seat in seats:
            if alias not in (task.attacker, task.defender) and (task.task_id, seat) not in found.values():
                found[alias] = (task.task_id, seat)
                break
    return found


async def circle(lab: Path, figures: Figures) -> None:
    """Give the commands one after the other, and read each back."""
    folders = sorted((lab / "homes").iterdir())
    synchroniser = Synchroniser(Home.find(folders[0]))
    places = Places.of(Home.find(folders[0]), synchroniser.profile_name)
    await synchroniser.run(lambda *_: None)
    with Index(places.index) as index:
        seats = free_seats(index, workers(index))
    owners = [open_owner(lab / "homes" / alias, *seat) for alias, seat in seats.items()]
    try:
        for number in range(COMMANDS + WARM):
            owner = owners[number % len(owners)]
            await one(owner, synchroniser, places, Figures() if number < WARM else figures)
        for owner in owners:
            if owner.claimed:
                await one(owner, synchroniser, places, Figures())
    finally:
        for owner in owners:
            owner.link.stop()
        await synchroniser.close()


async def one(owner: Owner, synchroniser: Synchroniser, places: Places, figures: Figures) -> None:
    """One command, from Enter to the row in the read model."""
    room, text = workplace(owner.link), owner.text()
    await owner.rest()
    begun = time.perf_counter()
    row = owner.link.outbox.put(room, text)
    written = time.perf_counter()
    await asyncio.to_thread(owner.link.wait_sent, row.id, 60)
    sent = time.perf_counter()
    answer = await asyncio.to_thread(owner.link.wait_answer, row.id, 60)
    answered = time.perf_counter()
    assert answer is not None, f"no answer to {text}"
    assert answer.result is not None, answer.text
    assert answer.result.get("ok"), answer.text
    await synchroniser.run(lambda *_: None)
    with Index(places.index) as index:
        event = owner.link.outbox.get(row.id)
        assert event is not None
        assert event.event_id is not None
        assert queries.event_of_request(index, event.event_id) is not None
    done = time.perf_counter()
    figures.add("outbox: Enter to on disk", written - begun)
    figures.add("Matrix: on disk to acknowledged", sent - written)
    figures.add("bot, Toolbox, forge, reply", answered - sent)
    figures.add("read back: reply to read model", done - answered)
    figures.add("whole circle", done - begun)


def toolbox_alone(lab: Path, figures: Figures) -> None:
    """The same commands over the Toolbox's HTTP, without rooms and bot."""
    settings = load_toolbox(lab / "toolbox" / "toolbox.toml")
    token = (settings.path(settings.server.token_file)).read_text(encoding="utf-8").strip()
    home = Home.find(min((lab / "homes").iterdir()))
    with Index(Places.of(home, config.load(home).choose()[0]).index) as index:
        seats = free_seats(index, workers(index))
    address = f"http://{settings.server.host}:{settings.server.port}"
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        turns = [(actor, *seats[actor], release) for actor in seats for release in (False, True)]
        for number in range(COMMANDS):
            actor, task_id, seat, release = turns[number % len(turns)]
            command = "release_task" if release else "claim_task"
            more = {"reason": "For the next one."} if release else {"seat": seat}
            body = {"actor": actor, "request_id": new_request_id(), "age_ms": 0, "task_id": task_id, **more}
            begun = time.perf_counter()
            client.post(f"/api/{command}", json=body).raise_for_status()
            figures.add("of it: Toolbox with forge, HTTP", time.perf_counter() - begun)


async def forge_alone(lab: Path, figures: Figures) -> None:
    """Commits of the same files, one row longer each time, on a branch beside the ledger's."""
    settings = load_toolbox(lab / "toolbox" / "toolbox.toml")
    token = settings.path(settings.forge.token_file).read_text(encoding="utf-8").strip()
    repo, who = RepoRef(settings.forge.owner, settings.forge.repository), Identity("bench", "bench@owners.invalid")
    async with ForgeClient(settings.forge.url, token) as client:
        tip = (await client.branch(repo, settings.forge.branch)).commit
        contents = {path: await client.raw(repo, path, tip) for path in FILES}
        shas = {e.path: e.sha for e in (await client.tree(repo, tip, recursive=True)).entries if e.path in FILES}
        branch = f"bench-{new_request_id()}"
        for number in range(COMMANDS):
            changes = []
            for path in FILES:
                contents[path] += b"2026-01-01T00:00:00Z,a,row,of,about,the,usual,length,in,a,ledger\n"
                changes.append(FileChange(Operation.UPDATE, path, contents[path], shas[path]))
            begun = time.perf_counter()
            result = await client.change_files(
                repo,
                CommitRequest(
                    branch=branch if number else settings.forge.branch,
                    new_branch=None if number else branch,
                    message="bench",
                    files=tuple(changes),
                    author=who,
                    committer=who,
                ),
            )
            figures.add("of it: forge commit alone", time.perf_counter() - begun)
            shas = dict(result.blobs)


@contextlib.contextmanager
def throw_away_lab() -> Iterator[Path]:
    """A lab of its own, ended afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "smartup_tui.cli", "lab"]
        subprocess.run([*command, "up", "--dir", folder, "--detach"], check=True, stdout=subprocess.DEVNULL)
        try:
            yield Path(folder)
        finally:
            subprocess.run([*command, "down", "--dir", folder], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Measure and print."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    figures = Figures()
    with contextlib.nullcontext(given) if given else throw_away_lab() as lab:
        asyncio.run(circle(lab, figures))
        toolbox_alone(lab, figures)
        asyncio.run(forge_alone(lab, figures))
    figures.show()


if __name__ == "__main__":
    main()
