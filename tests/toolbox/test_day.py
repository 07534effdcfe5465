"""A contributor's day with the real operations, over HTTP and from the host, and what the ledger's own check says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import CommitInfo, verify
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.service import Toolbox, standard_rules
from smartup_tui.toolbox.settings import ServerSettings
from tests.toolbox.scenario import Place, running, seed

TOKEN = "service-token"
FOUNDER = "robbert_founder"
BEGAN = datetime(2026, 11, 1, 9, tzinfo=UTC)


class GitHistory:
    """The commits of the place's repository, as git has them."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def commits(self, since: str | None) -> Iterable[CommitInfo]:
        assert since is None
        for commit in self._place.commits():
            form = "%an%n%ae%n%cn%n%cI"
            author, email, committer, moment = self._place.git("log", "-1", f"--format={form}", commit).splitlines()
            changed = self._place.git("show", "--name-only", "--format=", commit).splitlines()
            message = self._place.message(commit)
            yield CommitInfo(
                commit, author, email, committer, message, datetime.fromisoformat(moment), tuple(sorted(changed))
            )

    def tree(self, commit_id: str) -> Tree:
        return MappingTree(self._place.files(commit_id), commit_id)


class Owners:
    """The owners of a small organisation, who speak to the Toolbox as Engelbot would for them."""

    def __init__(self, place: Place, toolbox: Toolbox, client: httpx.Client) -> None:
        self._place = place
        self._toolbox = toolbox
        self._client = client
        self._events = 0

    def host(self, command: str, actor: str = FOUNDER, *, days: int = 0, **arguments: Any) -> str:
        """A command on the host, dated; gives the id of its entity."""
        result = self._toolbox.execute(
            command, actor, arguments=arguments, origin="cli", now=BEGAN + timedelta(days=days)
        )
        assert result.ok, result.error
        assert result.entity is not None
        return result.entity.id

    def say(self, actor: str, command: str, **arguments: Any) -> httpx.Response:
        """A command in a room."""
        self._events += 1
        body = {"actor": actor, "request_id": f"$event-{self._events}", "age_ms": 200, **arguments}
        return self._client.post(f"/api/{command}", json=body)

    def ask(self, actor: str, command: str, **arguments: Any) -> dict[str, Any]:
        """A command in a room that works; gives its result."""
        response = self.say(actor, command, **arguments)
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(tmp_path, {}) as found:
        yield found


@pytest.fixture
def owners(place: Place) -> Iterator[Owners]:
    toolbox = place.toolbox(standard_rules())
    with (
        ApiServer(toolbox, ServerSettings(token_file="unused", port=0), TOKEN) as server,
        httpx.Client(
            base_url=f"http://127.0.0.1:{server.port}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30
        ) as client,
    ):
        yield Owners(place, toolbox, client)


@pytest.fixture
def task(owners: Owners) -> str:
    """An organisation with maria and jonas, and a task for them."""
    owners.host(
        "register_smartup",
        name="Smartup Zero",
        founder=FOUNDER,
        matrix_id="@robbert:example.org",
        founding_sc="82200",
    )
    owners.host("bootstrap_teams")
    for alias, role in (("maria", "4_2_7"), ("jonas", "4_3_7")):
        owners.host(
            "create_owner", alias=alias, license="work", matrix_id=f"@{alias}:example.org", reference="OC-1", days=1
        )
        owners.host("assign_role", alias=alias, role_id=role, days=1)
    owners.host("create_objective", parent="organisation", title="Ready", abstract="All of it.", days=2)
    objective = owners.host("create_objective", parent="5_0", team="3_7", title="Tasks", abstract="Work.", days=2)
    return owners.host("create_task", objective_id=objective, size="small", title="Guide", why="It helps.", days=3)


def test_a_day_from_the_open_task_to_the_award(owners: Owners, place: Place, task: str) -> None:
    assert task in str(owners.ask("maria", "open_tasks")["data"])
    owners.ask("maria", "claim_task", task_id=task)
    owners.ask("jonas", "claim_task", task_id=task)
    owners.ask("maria", "start_work", task_id=task)
    owners.ask("jonas", "start_work", task_id=task)
    assert owners.say("maria", "start_work", task_id=task).status_code == 409
    place.clock.now += timedelta(minutes=90)
    notes = "Half of the guide stands.\n\n## Not a heading\nNext: the other half." + " More." * 800
    stopped = owners.ask("maria", "stop_work", notes=notes)
    assert stopped["entity"]["type"] == "session"
    assert owners.say("jonas", "stop_work", notes="Twice").status_code == 409
    assert "0.00" in str(owners.ask("maria", "wallet")["data"]["sc"])
    session = stopped["entity"]["id"]
    day = (place.clock.now - BEGAN).days + 1
    award = owners.host("assess_work", session_id=session, effort="9", learning="9", collaboration="9", days=day)
    assert award.startswith("g_")
    report = verify(place.ledger().tree, GitHistory(place))
    assert [str(finding) for finding in report.errors] == []
    assert report.commits == len(place.commits())


def test_weeks_of_silence_are_settled_before_the_next_command(owners: Owners, place: Place, task: str) -> None:
    owners.ask("maria", "claim_task", task_id=task)
    owners.ask("jonas", "claim_task", task_id=task)
    owners.ask("maria", "start_work", task_id=task)
    owners.ask("jonas", "start_work", task_id=task)
    place.clock.pass_days(30)
    assert owners.say("maria", "stop_work", notes="Forgot it").status_code in {200, 409}
    scripts = [event.script for event in place.audit()]
    assert "settle:limit" in scripts
    assert owners.ask("engelbot", "settle")["data"]["count"] == 0
    report = verify(place.ledger().tree, GitHistory(place))
    assert [str(finding) for finding in report.errors] == []


def test_a_broken_row_is_said_calmly_and_hides_nothing_else(owners: Owners, place: Place, task: str) -> None:
    path = "work/task-budgets.csv"
    seed(place, {path: place.files()[path] + b'6_7_0_99,"Broken,5_7_0\n'})
    assert task in str(owners.ask("maria", "open_tasks")["data"])
    owners.ask("maria", "claim_task", task_id=task)
    assert b'6_7_0_99,"Broken' in place.files()[path]
    answer = owners.say("maria", "claim_task", task_id="6_7_0_99")
    assert answer.status_code == 404


def test_a_broken_policy_names_file_and_key(owners: Owners, place: Place, task: str) -> None:
    path = "policies/validation-rules.yml"
    seed(place, {path: place.files()[path].replace(b"seats_per_owner", b"chairs_per_owner")})
    started_after = place.toolbox(standard_rules())
    result = started_after.execute("claim_task", "maria", "$claim", {"task_id": task})
    assert result.status == 409
    assert result.error is not None
    assert result.error.code == "ledger_unreadable"
    assert "validation-rules.yml" in result.error.message
    assert "seats_per_owner" in result.error.message
    assert started_after.execute("my_tasks", "maria", "$query").ok


def test_captains_run_their_team_in_rooms(owners: Owners, place: Place, task: str) -> None:
    """Entered by two, assigned, mended, renamed, suspended, paid out; and the history of all that is lawful."""
    owners.host("create_owner", alias="lena", license="work", matrix_id="@lena:example.org", reference="OC-2", days=3)
    owners.host("assign_role", alias="lena", role_id="4_1_7", days=3)
    entering = {"alias": "ana", "license": "work", "matrix_id": "@ana:example.org"}
    owners.ask("lena", "create_owner", **entering)
    assert owners.say("ana", "comment", entity_id=task, text="Hello").status_code == 403
    owners.ask(FOUNDER, "create_owner", **entering)
    owners.ask("lena", "set_role", role_id="4_3_7", field="holder", value="none")
    owners.ask("lena", "assign_role", alias="ana", role_id="4_3_7")
    owners.ask("lena", "set_task", task_id=task, field="size", value="complex")
    owners.ask("lena", "assign_task", task_id=task, alias="maria", seat="attacker")
    owners.ask("lena", "assign_task", task_id=task, alias="ana")
    owners.ask("maria", "start_work", task_id=task)
    owners.ask("ana", "start_work", task_id=task)
    place.clock.now += timedelta(minutes=90)
    session = owners.ask("ana", "stop_work", notes="All of it.")["entity"]["id"]
    owners.ask("maria", "correct_session", session_id=session, notes="All of it, and the index.")
    award = owners.ask("lena", "assess_work", session_id=session, effort=9, learning=9, collaboration=9)["entity"]["id"]
    owners.ask(FOUNDER, "validate_sc", pending_id=award, decision="approve")
    renamed = owners.ask(FOUNDER, "set_owner", alias="maria", field="alias", value="mara")
    assert renamed["data"]["was"] == "maria"
    place.clock.pass_days(3)
    owners.ask(FOUNDER, "record_treasury", event_type="DEPOSIT", amount_eur="5000", note="Licenses")
    live = owners.ask("mara", "wallet")["data"]["sc"]["live"]
    assert live == "171.00"
    request = owners.ask("mara", "redeem", amount="100")["entity"]["id"]
    owners.ask(FOUNDER, "pay_redemption", redemption_id=request, reference="Bank 1")
    owners.ask(FOUNDER, "set_owner", alias="mara", field="status", value="left")
    assert owners.say("mara", "claim_task", task_id=task).status_code == 403
    assert owners.ask("mara", "wallet")["data"]["sc"]["live"] == "71.00"
    assert owners.ask("lena", "who", alias="maria")["data"]["status"] == "left"
    report = verify(place.ledger().tree, GitHistory(place))
    assert [str(finding) for finding in report.errors] == []


def test_owners_decide_together_in_rooms(owners: Owners, place: Place, task: str) -> None:
    """A policy by consent, a captain by a vote, an objection that a vote decides; the history of all that is lawful."""
    owners.ask(
        FOUNDER, "propose", kind="policy", title="Longer seats", text="policies/validation-rules.yml: seat_days = 60"
    )
    owners.ask("jonas", "comment", entity_id="p_1", text="Good.\n\n---\n# Not a page")
    owners.ask(FOUNDER, "propose", kind="role", title="Maria for captain", text="give 4_1_7 to maria")
    owners.ask("jonas", "object", entity_id="p_2", reason="I would like to vote.")
    for alias, choice in ((FOUNDER, "yes"), ("maria", "yes"), ("jonas", "no"), ("jonas", "abstain")):
        owners.ask(alias, "vote", proposal_id="p_2", choice=choice)
    owners.host("vest", pending_id="g_1", text="There are captains.", days=(place.clock.now - BEGAN).days + 1)
    place.clock.pass_days(3)
    asked = owners.ask("jonas", "proposal", proposal_id="p_1")["data"]
    assert (asked["status"], asked["over"]) == ("open", True)  # questions write nothing
    owners.ask("jonas", "comment", entity_id="p_1", text="It is decided.")
    assert owners.ask("jonas", "proposal", proposal_id="p_1")["data"]["status"] == "accepted"
    assert b"seat_days: 60" in place.files()["policies/validation-rules.yml"]
    place.clock.pass_days(7)
    owners.ask("maria", "create_task", objective_id="5_7_0", size="small", title="Captain's own", why="It helps.")
    owners.ask("jonas", "apply", role_id="4_2_3", motivation="I build.")
    owners.ask(FOUNDER, "accept_application", application_id="a_1")
    owners.ask("jonas", "kudos", alias="maria", amount=5, reason="For leading.")
    owners.ask("jonas", "resign", role_id="4_2_3")
    assert owners.say("jonas", "redeem", amount="5").status_code == 422
    assert owners.say("maria", "vest", pending_id="g_1", text="x").status_code == 403
    assert owners.ask("maria", "review_queue")["message"] == "Nothing waits for review."
    closed = owners.ask("maria", "proposals", state="closed")["data"]["proposals"]
    assert [(row["id"], row["status"]) for row in closed] == [
        ("p_3", "rejected"),
        ("p_2", "accepted"),
        ("p_1", "accepted"),
    ]
    report = verify(place.ledger().tree, GitHistory(place))
    assert [str(finding) for finding in report.errors] == []
