"""The circle of the servers: rooms on a real Synapse, Engelbot as a process, a real Toolbox, a forge, a ledger."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartup_tui.engelbot import health
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Faults
from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.models import RepoRef
from smartup_tui.lab.synapse import Synapse
from smartup_tui.ledger import tables
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.matrix import Account, Link, Reply, rooms
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.operations import OPERATIONS
from smartup_tui.toolbox.publish import ForgeStore
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.settings import ServerSettings
from smartup_tui.toolbox.writer import Rules
from tests.support.users import LinkMaker, bodies, call, free_port, new_user, until

pytestmark = pytest.mark.e2e

REPO = RepoRef("Smartup_Zero", "2_workplace")
FOUNDER = "robbert_founder"
TOKEN = "service-token"
RUN = """
import sys
from pathlib import Path
from smartup_tui.engelbot.main import run
sys.exit(run(Path(sys.argv[1])))
"""
CONFIG = """
state = "state"
log = "engelbot.log"
[matrix]
homeserver = "{homeserver}"
user_id = "{user_id}"
device_id = "{device_id}"
token_file = "matrix.token"
[forge]
url = "{forge}"
token_file = "forge.token"
owner = "Smartup_Zero"
[toolbox]
url = "http://127.0.0.1:{port}"
token_file = "toolbox.token"
"""


@dataclass
class Circle:
    """The servers around Engelbot, and Engelbot itself when it runs."""

    folder: Path
    synapse: Synapse
    forge: ForgeServer
    forge_token: str
    bot: Account
    owners: dict[str, Account]
    port: int
    api: ApiServer | None = None
    process: subprocess.Popen[bytes] | None = None
    tasks: list[str] = field(default_factory=list)

    def toolbox(self) -> Toolbox:
        """A Toolbox on the forge's ledger."""
        client = ForgeClient(self.forge.address, self.forge_token)
        store = ForgeStore(client, REPO, "main", self.folder / "toolbox")
        return Toolbox(store, Rules(OPERATIONS, next_effect))

    def serve_toolbox(self) -> None:
        """Let the Toolbox listen."""
        settings = ServerSettings(token_file="unused", port=self.port, burst=1000)
        self.api = ApiServer(self.toolbox().start(), settings, TOKEN).start()

    def stop_toolbox(self) -> None:
        """Let nobody answer at its address."""
        if self.api is not None:
            self.api.close()
            self.api = None

    def start_engelbot(self) -> None:
        """Start the process and wait until it hears."""
        folder = self.folder / "engelbot"
        folder.mkdir(exist_ok=True)
        for name, value in (
            ("matrix", self.bot.access_token),
            ("forge", self.forge_token),
            ("toolbox", TOKEN),
        ):
            file = folder / f"{name}.token"
            file.touch(mode=0o600)
            file.write_text(value)
        config = folder / "engelbot.toml"
        config.write_text(
            CONFIG.format(
                homeserver=self.synapse.url,
                user_id=self.bot.user_id,
                device_id=self.bot.device_id,
                forge=self.forge.address,
                port=self.port,
            )
        )
        self.process = subprocess.Popen([sys.executable, "-c", RUN, str(config)])
        until(self._hears, what="Engelbot hears")

    def health(self) -> health.Health | None:
        """Engelbot's last sign of life."""
        return health.read(self.folder / "engelbot" / "state")

    def _hears(self) -> bool:
        found = self.health()
        return found is not None and found.ready and self.process is not None and found.pid == self.process.pid

    def end_engelbot(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process."""
        if self.process is not None:
            os.kill(self.process.pid, how)
            code = self.process.wait(60)
            assert how is signal.SIGKILL or code == 0
            self.process = None

    def ledger(self) -> Snapshot:
        """The ledger at the branch's tip, read by git."""
        git = ["git", "-C", str(self.forge.store.repository_path(REPO))]
        names = subprocess.run([*git, "ls-tree", "-r", "--name-only", "main"], check=True, capture_output=True)
        files = {
            name: subprocess.run([*git, "show", f"main:{name}"], check=True, capture_output=True).stdout
            for name in names.stdout.decode().splitlines()
        }
        return Snapshot(MappingTree(files))

    def requests(self) -> list[str]:
        """The request ids of the audit trail that came from rooms."""
        events = self.ledger().rows(tables.EVENTS)
        return [event.request_id or "" for event in events if event.script.startswith("api:")]

    def close(self) -> None:
        """End everything of ours."""
        self.end_engelbot(signal.SIGKILL)
        self.stop_toolbox()


def found(circle: Circle) -> None:
    """Register the organisation, dated a week ago, by the operations themselves."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)
    steps: list[tuple[str, dict[str, str]]] = [
        (
            "register_smartup",
            {"name": "Smartup Zero", "founder": FOUNDER, "matrix_id": circle.owners[FOUNDER].user_id},
        ),
        ("bootstrap_teams", {}),
        *(
            (
                "create_owner",
                {"alias": alias, "license": "work", "matrix_id": account.user_id, "reference": "paid"},
            )
            for alias, account in circle.owners.items()
            if alias != FOUNDER
        ),
        ("assign_role", {"alias": "maria", "role_id": "4_2_7"}),
        ("assign_role", {"alias": "jonas", "role_id": "4_3_7"}),
        ("create_objective", {"parent": "3_7", "title": "The circle", "abstract": "It turns."}),
    ]
    with circle.toolbox() as toolbox:
        for number, (command, arguments) in enumerate(steps):
            result = toolbox.execute(
                command, FOUNDER, None, arguments, origin="cli", now=start + timedelta(minutes=number)
            )
            assert result.ok, result
        task = toolbox.execute(
            "create_task",
            FOUNDER,
            None,
            {"objective_id": "5_7_0", "size": "small", "title": "Draft the guide", "why": "It helps."},
            origin="cli",
            now=start + timedelta(hours=1),
        )
        assert task.entity is not None, task
        circle.tasks.append(task.entity.id)


@pytest.fixture
def circle(synapse: Synapse, tmp_path: Path) -> Iterator[Circle]:
    """An organisation of three owners, with its servers."""
    bot = new_user(synapse, "engelbot")
    synapse.set_rate_limit_override(bot.user_id)
    owners = {alias: new_user(synapse, alias) for alias in (FOUNDER, "maria", "jonas")}
    with ForgeServer(tmp_path / "forge", faults=Faults()) as forge:
        forge.store.create_user("toolbox", email="toolbox@owners.invalid")
        forge.store.create_organization(REPO.owner, owners=["toolbox"])
        forge.store.create_repository(REPO)
        token = forge.store.create_token("toolbox", "tests")
        made = Circle(tmp_path, synapse, forge, token, bot, owners, free_port())
        try:
            found(made)
            made.serve_toolbox()
            made.start_engelbot()
            yield made
        finally:
            made.close()


async def task_room(circle: Circle) -> str:
    """The task's room, where everybody is, marked as such."""
    task = circle.tasks[0]
    others = [account for alias, account in circle.owners.items() if alias != FOUNDER]
    founder = circle.owners[FOUNDER]
    mark = rooms.mark("task", entity=task)
    invited = [circle.bot.user_id, *(account.user_id for account in others)]
    room_id = await call(founder, lambda s: rooms.create_room(s, "Draft the guide", invite=invited, state=[mark]))
    for account in others:
        await call(account, lambda s: s.join(room_id))

    while circle.bot.user_id not in await call(founder, lambda s: s.joined_members(room_id)):  # noqa: ASYNC110 (a process)
        await asyncio.sleep(0.05)
    return room_id


def ask(link: Link, room_id: str, text: str, *, seconds: float = 60) -> Reply:
    """Send a command and wait for its answer."""
    row = link.outbox.put(room_id, text)
    answer = link.wait_answer(row.id, seconds)
    assert answer is not None, f"no answer to {text}: {link.outbox.get(row.id)}"
    return answer


async def test_a_contributors_day_in_a_room(circle: Circle, make_link: LinkMaker) -> None:
    room_id = await task_room(circle)
    task = circle.tasks[0]
    maria = make_link(circle.owners["maria"], bots={circle.bot.user_id})
    jonas = make_link(circle.owners["jonas"], bots={circle.bot.user_id})

    first = ask(maria, room_id, f"!claim_task {task} attacker")
    assert first.text.startswith("✓ ")
    assert first.result is not None
    assert first.result["ok"] is True
    assert ask(jonas, room_id, f"!claim_task {task}").text.startswith("✓ ")
    assert ask(maria, room_id, f"!start_work {task}").text.startswith("✓ ")
    assert ask(jonas, room_id, f"!start_work {task}").text.startswith("✓ ")
    stopped = ask(maria, room_id, "!stop_work Outline agreed;\n- two examples are missing")
    assert stopped.text.startswith("✓ ")

    founder = make_link(circle.owners[FOUNDER], bots={circle.bot.user_id})
    assert "taken" in ask(founder, room_id, f"!claim_task {task}").text
    assert ask(maria, room_id, "!strat_work 6_1").text.startswith("There is no command !strat_work.")

    snapshot = circle.ledger()
    row = snapshot.task(task)
    assert row is not None
    assert (row.attacker, row.defender, row.status) == ("maria", "jonas", "in_review")
    sent = [row for link in (maria, jonas) for row in link.outbox.rows() if "strat" not in row.body]
    assert sorted(circle.requests()) == sorted(str(row.event_id) for row in sent)
    (log,) = snapshot.rows(tables.SESSIONS)
    assert log.summary == "Outline agreed;"
    page = snapshot.page(str(row.wiki_path))
    assert page is not None
    assert "two examples are missing" in page.body


async def test_every_owner_has_a_desk_where_questions_are_answered(circle: Circle, make_link: LinkMaker) -> None:
    room_id = await task_room(circle)
    account = circle.owners["maria"]
    maria = make_link(account, bots={circle.bot.user_id})
    invite = until(lambda: next((i for i in maria.store.invites() if i.inviter == circle.bot.user_id), None))
    assert not invite.encrypted
    await call(account, lambda s: s.join(invite.room_id))
    desk = until(lambda: rooms.find_desk(maria.store.rooms(), account.user_id, makers={circle.bot.user_id}))
    assert desk.room_id == invite.room_id

    answer = ask(maria, desk.room_id, "!wallet")
    assert answer.result is not None
    assert answer.result["ok"] is True

    typed = {"msgtype": "m.text", "body": "!open_tasks"}
    await call(account, lambda s: s.send(room_id, "typed-in-a-chat-client", typed))
    until(lambda: any("You asked !open_tasks:" in m.body for m in maria.store.room_messages(desk.room_id)))
    assert await bodies(account, room_id) == ["!open_tasks"]


async def test_nothing_is_lost_or_doubled_while_the_toolbox_or_engelbot_is_away(
    circle: Circle, make_link: LinkMaker
) -> None:
    room_id = await task_room(circle)
    task = circle.tasks[0]
    maria = make_link(circle.owners["maria"], bots={circle.bot.user_id})
    jonas = make_link(circle.owners["jonas"], bots={circle.bot.user_id})

    circle.stop_toolbox()
    one = maria.outbox.put(room_id, f"!claim_task {task} attacker")
    until(lambda: (found := circle.health()) and found.waiting == 1)
    circle.end_engelbot(signal.SIGKILL)
    two = jonas.outbox.put(room_id, f"!claim_task {task} defender")
    until(lambda: (sent := jonas.outbox.get(two.id)) and sent.event_id)
    circle.start_engelbot()
    circle.serve_toolbox()

    for link, row in ((maria, one), (jonas, two)):
        answer = link.wait_answer(row.id, 60)
        assert answer is not None
        assert answer.text.startswith("✓ ")
    said = await bodies(circle.owners["maria"], room_id)
    assert len([text for text in said if text.startswith("✓")]) == 2
    assert len(circle.requests()) == 2
