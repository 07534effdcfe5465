"""Operations as scripts on the host, and the service as a process, with the real operations."""

from __future__ import annotations

import io
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Surface
from smartup_tui.ledger import tables
from smartup_tui.toolbox import run
from smartup_tui.toolbox.ids import new_request_id
from smartup_tui.toolbox.service import Toolbox, standard_rules
from tests.toolbox.scenario import REPO, Place, running

REGISTER = [
    "register_smartup",
    "--actor=robbert_founder",
    "--name=Smartup Zero",
    "--founder=robbert_founder",
    "--matrix-id=@robbert:example.org",
]

CODE = "import sys, pathlib; from smartup_tui.toolbox.main import serve; sys.exit(serve(pathlib.Path(sys.argv[1])))"
SERVE = [sys.executable, "-c", CODE]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(tmp_path, {}) as found:
        yield found


def settings(place: Place, *, cli_actors: bool, port: int = 0) -> Path:
    """The settings file of a Toolbox on this forge."""
    for name, secret in (("forge-token", place.token), ("api-token", "service-token")):
        file = place.folder / name
        file.write_text(secret + "\n")
        file.chmod(0o600)
    file = place.folder / "toolbox.toml"
    file.write_text(
        f'state = "state"\nlog = "toolbox.log"\ncli_actors = {str(cli_actors).lower()}\n'
        f'[forge]\nurl = "{place.server.address}"\nowner = "{REPO.owner}"\ntoken_file = "forge-token"\n'
        f'[server]\nport = {port}\ntoken_file = "api-token"\n'
    )
    return file


class Host:
    """The command line of the host."""

    def __init__(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._config = config
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Run an operation with --json: the exit code and the result."""
        code = run.main([*words, "--config", str(self._config), "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def words(self, *words: str) -> tuple[int, str, str]:
        """Run an operation for people: the exit code, what is printed, and what is said to be wrong."""
        code = run.main([*words, "--config", str(self._config)])
        told = self._capsys.readouterr()
        return code, told.out, told.err


@pytest.fixture
def host(place: Place, capsys: pytest.CaptureFixture[str]) -> Host:
    return Host(settings(place, cli_actors=True), capsys)


@pytest.fixture
def strict(place: Place, capsys: pytest.CaptureFixture[str]) -> Host:
    return Host(settings(place, cli_actors=False), capsys)


def test_an_organisation_begins_with_one_command(strict: Host, place: Place) -> None:
    code, result = strict(*REGISTER)
    assert (code, result["ok"], result["command"]) == (0, True, "register_smartup")
    assert result["commits"] == {"2_workplace": place.commits()[-1]}
    events = list(place.ledger().rows(tables.EVENTS))
    assert {event.script for event in events} == {"cli:register_smartup"}
    assert {event.actor for event in events} == {"robbert_founder"}
    code, result = strict(*REGISTER)
    assert (code, result["ok"]) == (1, False)


def test_people_read_words(strict: Host) -> None:
    code, out, err = strict.words(*REGISTER)
    assert (code, err) == (0, "")
    assert "Smartup Zero" in out
    code, out, err = strict.words(*REGISTER)
    assert (code, out) == (1, "")
    assert err


def test_settle_needs_no_actor(strict: Host) -> None:
    strict(*REGISTER)
    assert strict("settle")[1]["message"] == "Nothing is due."


def test_names_are_spelled_freely_and_arguments_shortly(host: Host, place: Place) -> None:
    host(*REGISTER, "--now=2026-11-01T09:00:00Z")
    day = "--now=2026-11-02T09:00:00"
    founder = "--actor=robbert_founder"
    assert host("bootstrap-teams", founder, day)[0] == 0
    words = ("--parent=3_7", "--title=Begin", "--abstract=All of it")
    objective = host("create_objective", founder, day, *words)[1]["entity"]["id"]
    code, result = host("create_task", founder, day, "--objective", objective, "--size=small", "--title=T", "--why=W")
    assert (code, result["entity"]["type"]) == (0, "task")
    code, shown = host("task", founder, "--task", result["entity"]["id"])
    assert (code, shown["ok"], shown["events"]) == (0, True, [])
    assert {str(event.timestamp.date()) for event in place.ledger().rows(tables.EVENTS)} == {"2026-11-01", "2026-11-02"}


def test_a_text_may_come_from_standard_input(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host(*REGISTER)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Given by a friend\nof the house\n"))
    words = ("--actor=robbert_founder", "--event_type=DEPOSIT", "--amount-eur=20.00", "--note=-")
    assert host("record_treasury", *words)[0] == 0


def test_the_host_does_not_speak_for_owners(strict: Host, place: Place) -> None:
    strict(*REGISTER)
    code, result = strict("my_tasks", "--actor=robbert_founder")
    assert (code, result["error"]["code"]) == (1, "not_from_here")
    code, result = strict("bootstrap_teams", "--actor=robbert_founder", "--now=2026-11-02T09:00:00Z")
    assert (code, result["error"]["code"]) == (1, "not_from_here")
    assert len(place.commits()) == 1


def test_exit_codes_tell_usage_and_reachability(host: Host, place: Place) -> None:
    assert host("bootstrap_teams")[0] == 2
    host(*REGISTER)
    assert host("create_task", "--actor=robbert_founder", "--size=huge")[0] == 2
    words = host.words("create_task", "--actor=robbert_founder")
    assert (words[0], words[1]) == (2, "")
    assert "smartup toolbox run create_task --help" in words[2]
    place.server.close()
    code, result = host("bootstrap_teams", "--actor=robbert_founder")
    assert (code, result["error"]["code"]) == (3, "forge_unavailable")


def test_every_operation_answers_with_one_document_whatever_it_is_given(
    host: Host, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    host(*REGISTER)
    toolbox = place.toolbox(standard_rules())
    monkeypatch.setattr(Toolbox, "from_settings", lambda _: nullcontext(toolbox))  # one start for all of them
    operations = [command for command in CATALOGUE.values() if Surface.CLI in command.surfaces]
    assert {command.name for command in operations} == set(CATALOGUE)
    for command in operations:
        code, result = host(command.name, "--actor=robbert_founder")
        needed = [a for a in command.arguments if a.required]
        assert code == (2 if needed else 0 if result["ok"] else 1), command.name
        if needed:
            assert result["error"]["field"] == needed[0].name
        bad = [f"--{argument.name}=\u202ebad" for argument in command.arguments]
        code, result = host(command.name, "--actor=robbert_founder", *bad)
        assert code in ((1, 2) if bad else (0, 1)), command.name
        assert result["ok"] or (result["error"]["message"] and "Traceback" not in str(result)), command.name


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "required: NAME"),
        (["clame_task"], "Do you mean claim_task?"),
        (["claim_task", "--nope=1"], "--nope"),
        (["claim_task", "--now=yesterday"], "yesterday"),
        (["claim_task", "--task-id"], "expected one argument"),
    ],
)
def test_a_wrong_command_line_is_answered_like_everything_else(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main([*words, "--json"]) == 2
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert says in f"{error['message']} {error['hint']}"
    assert told.err == ""
    assert run.main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err


def test_every_operation_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for words, told in ((["--help"], "create_task"), (["Create-Task", "--help"], "--objective-id")):
        with pytest.raises(SystemExit) as caught:
            run.main(words)
        assert caught.value.code == 0
        assert told in capsys.readouterr().out


def test_a_request_id_makes_a_repeat_harmless(host: Host, place: Place) -> None:
    name = new_request_id()
    first = host(*REGISTER, "--request-id", name)[1]
    again = host(*REGISTER, "--request-id", name)[1]
    assert again["repeated"]
    assert again["events"] == first["events"]
    assert len(place.commits()) == 1


def test_settings_that_are_wrong_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["settle", "--config", str(tmp_path / "absent.toml")]) == 2
    assert "absent.toml" in capsys.readouterr().err
    assert run.main(["settle"]) == 2
    assert "--config" in capsys.readouterr().err


def test_the_service_ends_cleanly_on_sigterm(place: Place, host: Host) -> None:
    host(*REGISTER)
    port = free_port()
    command = [*SERVE, str(settings(place, cli_actors=False, port=port))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                _wait_until_healthy(client, child)
                body = {"actor": "robbert_founder", "request_id": "$help", "age_ms": 5}
                headers = {"Authorization": "Bearer service-token"}
                assert client.post("/api/help", json=body, headers=headers).status_code == 200
            child.send_signal(signal.SIGTERM)
            out, err = child.communicate(timeout=60)
        finally:
            child.kill()
    assert (child.returncode, out, err) == (0, "", "")
    log = place.folder / "toolbox.log"
    assert log.stat().st_mode & 0o077 == 0
    text = log.read_text()
    assert "api:help robbert_founder $help: ok" in text
    assert place.token not in text
    assert "service-token" not in text


def test_a_port_that_is_taken_is_said(place: Place) -> None:
    config = settings(place, cli_actors=False, port=place.server.port)
    done = subprocess.run([*SERVE, str(config)], check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(client: httpx.Client, child: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert child.poll() is None
        assert time.monotonic() < deadline
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.02)
