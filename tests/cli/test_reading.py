"""The plain views: tables for people, JSON for programs, nothing coloured, and exit codes that mean something."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from smartup_tui.cli import main
from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import say
from smartup_tui.config import Home
from smartup_tui.ledger.index.store import Index
from smartup_tui.matrix.outbox import FILE_NAME, Outbox
from smartup_tui.workspace.places import Places
from tests.support.owner_home import make_home, organisation
from tests.support.pty_app import ROOT, PtyApp

UGLY = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_home(tmp_path, organisation())
    return tmp_path


class Shell:
    """`smartup` as a function: arguments in, exit code and texts out."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home, self._capsys = home, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        try:
            code = main(["--home", str(self._home), *arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        self.out, self.err = self._capsys.readouterr()
        assert not UGLY.search(self.out + self.err)
        assert "Traceback" not in self.err
        return code

    def json(self, *arguments: str) -> Any:
        assert self(*arguments, "--json") == 0
        return json.loads(self.out)


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(home, capsys)


def test_today_for_people_and_for_programs(shell: Shell) -> None:
    assert shell("today") == 0
    assert "6_1_0_0  Draft the owners' guide  with robbert_founder" in shell.out
    assert "as of 2 Mar 14:05" in shell.out
    found = shell.json("today")
    assert set(found) == {"as_of", "alias", "clock", "tasks", "wallet", "not_sent"}
    assert found["as_of"] == "2026-03-02T14:05:00Z"
    assert found["clock"]["running"]["task"] == "6_1_0_0"
    assert {t["id"] for t in found["tasks"]} == {"6_1_0_0", "6_7_0_0", "6_1_0_1"}


def test_today_names_what_is_not_sent(shell: Shell, home: Path) -> None:
    assert shell.json("today")["not_sent"] == []
    with closing(Outbox(Places.of(Home.find(home), "smartup").matrix / FILE_NAME)) as outbox:
        outbox.put("!work:x", "!claim_task 6_7_0_1")
    assert shell("today") == 0
    assert "Not sent yet" in shell.out
    assert "  !claim_task 6_7_0_1\n" in shell.out
    assert shell.json("today")["not_sent"] == ["!claim_task 6_7_0_1"]


def test_tasks_in_every_scope(shell: Shell) -> None:
    assert [t["id"] for t in shell.json("tasks")["tasks"]] == ["6_1_0_0", "6_1_0_1", "6_7_0_0"]
    assert [t["id"] for t in shell.json("tasks", "--open")["tasks"]] == ["6_1_0_1", "6_7_0_1", "6_7_0_2", "6_7_0_3"]
    assert len(shell.json("tasks", "--all")["tasks"]) == 6
    assert {t["team_id"] for t in shell.json("tasks", "--team")["tasks"]} == {"3_1"}
    found = shell.json("tasks", "--all", "wiki", "small")["tasks"]
    assert [t["title"] for t in found] == ["Index the wiki"]
    assert found[0]["budget"] == "25.00"
    assert set(found[0]) == {
        "id", "title", "objective_id", "team_id", "size", "budget", "status", "attacker", "defender", "due", "my_seat",
    }  # fmt: skip
    assert shell("tasks", "--all", "nothing has this") == 0
    assert "No task has all these words." in shell.out
    assert shell("tasks", "--open") == 0
    assert shell.out.splitlines()[0].split() == ["TASK", "TITLE", "STATUS", "BUDGET", "ATTACKER", "DEFENDER"]


def test_one_task_whole_and_one_that_is_not_there(shell: Shell) -> None:
    assert shell("task", "6_7_0_0") == 0
    assert "Backup drill" in shell.out
    assert "## Sessions" in shell.out
    assert "\nparent:" not in shell.out  # what only the forge needs of a page is not read out
    found = shell.json("task", "6_1_0_0")
    assert found["running"][0]["pair"] == ["maria", "robbert_founder"]
    assert found["objective"]["title"] == "Onboarding flow"
    assert shell("task", "6_9_9_9\x1b]0;x\x07") == 1
    assert "There is no task 6_9_9_9" in shell.err
    assert "smartup tasks --all" in shell.err


def test_wallet_money_is_text(shell: Shell) -> None:
    found = shell.json("wallet", "--transactions")
    assert found["sc"]["live"] == "64.80"
    assert found["sc"]["pending"][0]["amount"] == "48.60"
    assert found["sk"]["balance"] == 34
    assert {t["currency"] for t in found["transactions"]} == {"SC", "SK"}
    assert shell("wallet", "--transactions") == 0
    assert "live          64.80 SC" in shell.out
    assert "DESCRIPTION" in shell.out


def test_what_moved_by_words(shell: Shell) -> None:
    assert [t["amount"] for t in shell.json("wallet", "clear", "2026-03")["transactions"]] == [15]
    assert shell("wallet", "aisha", "mint") == 0
    assert "+64.80 SC  g_4" in shell.out
    assert "SK  " not in shell.out.partition("DESCRIPTION")[2]
    assert shell("wallet", "qqq") == 0
    assert "Nothing that moved has all these words." in shell.out


def test_clock(shell: Shell) -> None:
    found = shell.json("clock")
    assert found["running"]["task"] == "6_1_0_0"
    assert found["running"]["confirmed"] is True
    assert shell("clock") == 0
    assert "since 2 Mar 12:41, confirmed" in shell.out


def test_hostile_text_is_text(shell: Shell, home: Path) -> None:
    from smartup_tui.config import Home

    with Index(Places.of(Home.find(home), "smartup").index, writable=True) as index:
        index.connection.execute('UPDATE "task-budgets" SET title = ?', ("\x1b]0;own\x07ed\u202e\n\x9b2J",))
        index.connection.execute("UPDATE page_text SET body = ?", ("\x1b[2J\x07page",))
        index.connection.execute(
            "UPDATE \"task-budgets\" SET defender = ? WHERE task_id = '6_7_0_0'", ("\x1b[31mx\x07",)
        )
        index.connection.execute("UPDATE work_clock SET defender = ?", ("\x1b]52;c;AAAA\x07",))
    say("A server's words \x1b]0;own\x07", "\x1b[2J", Exit.UNREACHABLE)  # looked at with what the first of these prints
    for arguments in (("today",), ("tasks", "--all"), ("task", "6_7_0_0"), ("clock",), ("wallet", "--transactions")):
        assert shell(*arguments) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("walet",), 2, "Did you mean `smartup wallet`?"),
        (("!wallet",), 2, "smartup send '!wallet"),
        (("frobnicate",), 2, "`smartup --help` lists the commands."),
        (("tasks", "--open", "--mine"), 2, "not allowed with"),
        (("task",), 2, "required"),
        (("--nonsense",), 2, "nonsense"),
        (("send", "!claim_tsk 6_1_0_0"), 2, "claim_task"),
        (("send", "!claim_task"), 2, "claim_task"),
        (("send", "!?"), 2, "A command begins with"),
    ],
)
def test_what_is_not_understood(shell: Shell, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert shell(*arguments) == code
    assert said in shell.err


def test_help_and_version(shell: Shell) -> None:
    assert shell("--help") == 0
    assert "exit codes: 0 done" in shell.out
    for name in ("today", "tasks", "wallet", "send", "doctor", "sync"):
        assert shell(name, "--help") == 0
        assert f"smartup {name}" in shell.out
    assert shell("--version") == 0
    assert shell("version") == 0
    assert "textual" in shell.out


def test_without_a_profile_the_way_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell(tmp_path, capsys)
    for name in ("today", "wallet", "sync"):
        assert shell(name) == 5
        assert "profile" in shell.err.lower()
    assert shell("doctor") == 5
    assert "fault" in shell.out


def test_the_workspace_wants_a_terminal(shell: Shell) -> None:
    assert shell() == 2
    assert "smartup today" in shell.err


def test_without_a_forge_sync_says_so_and_what_was_read_stays(shell: Shell) -> None:
    assert shell("sync") == 3
    assert "can not be reached" in shell.err
    assert shell("wallet", "--sync") == 3
    assert shell("wallet") == 0


def test_doctor_names_each_fault_and_its_way_out(shell: Shell) -> None:
    assert shell("doctor") == 5
    assert "fault   forge: The forge can not be reached." in shell.out
    assert "well    owner: maria, work license, active" in shell.out
    assert shell("doctor", "--json") == 5
    found = json.loads(shell.out)
    assert found["well"] is False
    assert {"name", "health", "found", "mend"} == set(found["checks"][0])


@pytest.mark.parametrize("arguments", [("wallet",), ("tasks", "--all"), ("today",), ("clock",), ("--help",)])
def test_a_plain_command_imports_nothing_heavy_and_colours_nothing(home: Path, arguments: tuple[str, ...]) -> None:
    script = (
        "import sys; from smartup_tui.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'textual', 'rich', 'httpx', 'keyring', 'yaml', 'markdown_it', 'flask', 'dulwich', 'asyncio'};"
        "sys.stderr.write(' '.join(sorted(heavy & set(sys.modules)))); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(home), *arguments],
        cwd=ROOT, capture_output=True, check=False, env={"FORCE_COLOR": "1", "TERM": "xterm-256color", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"\x1b" not in done.stdout


def test_an_encoding_that_lacks_signs_ends_nothing(home: Path) -> None:
    """As in a terminal that is not UTF-8: the workspace takes ASCII by itself, and lists and JSON are whole."""
    env = {"PYTHONIOENCODING": "ascii"}
    for arguments in (("explain", "wallet"), ("search", "backup", "--json")):
        done = subprocess.run(
            [sys.executable, "-m", "smartup_tui.cli", "--home", str(home), *arguments],
            cwd=ROOT, capture_output=True, check=True, env={**os.environ, **env},
        )  # fmt: skip
        assert done.stdout.isascii()
    assert "…" in str(json.loads(done.stdout))
    with PtyApp.python("smartup_tui.cli", "--home", str(home), env=env) as app:
        app.wait_for("My tasks > 6_1_0_0")
        assert app.raw.isascii()
        assert "-" * 120 in app.text
