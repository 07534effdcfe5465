"""The past of a ledger is proved on an owner's own machine: from a plain clone, from the forge, and what was seen."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartup_tui.cli import main
from tests.support.ledger_forge import REPO, LedgerForge, ledger_forge
from tests.support.ledger_history import publish_history
from tests.support.organisation import Organisation

NOBODY = "mallory"
IDENTITY = {
    **os.environ,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{who}_NAME": NOBODY for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": f"{NOBODY}@x.invalid" for who in ("AUTHOR", "COMMITTER")},
}


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerForge]:
    """A small lawful ledger, written command by command."""
    org = Organisation().register().teams().owner("maria", "4_3_1")
    with ledger_forge(tmp_path_factory.mktemp("proof")) as found:
        asyncio.run(publish_history(found, org))
        yield found


@pytest.fixture
def bare(forge: LedgerForge) -> Path:
    return forge.server.store.repository_path(REPO)


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], env=IDENTITY, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def clone(bare: Path, folder: Path) -> Path:
    git(folder, "clone", "-q", str(bare), "clone")
    return folder / "clone"


class Shell:
    def __init__(self, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        self._capsys, self._home = capsys, home
        self.out = ""

    def __call__(self, *arguments: str) -> int:
        code = main(["--home", str(self._home), *arguments])
        self.out = self._capsys.readouterr().out
        return code


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], forge: LedgerForge) -> Shell:
    return Shell(capsys, forge.home.config.parent)


def test_a_clone_is_checked_without_a_server(shell: Shell, bare: Path, tmp_path: Path) -> None:
    folder = clone(bare, tmp_path)
    assert shell("ledger", "verify", "--clone", str(folder)) == 0, shell.out
    commits = git(folder, "rev-list", "--count", "HEAD")
    assert shell.out == f"Checked {commits} commits and all files: the ledger is in order.\n"
    assert shell("ledger", "verify", "--clone", str(bare), "--branch", "main", "--files-only") == 0
    trail = folder / "master-events.csv"
    trail.write_bytes(trail.read_bytes().replace(b",robbert_founder,", b",maria,", 1))
    git(folder, "commit", "-qam", "tidy up")
    assert shell("ledger", "verify", "--clone", str(folder), "--json") == 1
    report = json.loads(shell.out)
    named = [f for f in report["findings"] if f["kind"] == "edited_log"]
    assert [(f["path"], f["line"], f["commit"]) for f in named] == [
        ("master-events.csv", 2, git(folder, "rev-parse", "HEAD"))
    ]
    assert "robbert_founder" in named[0]["before"]
    assert ",maria," in named[0]["after"]
    assert shell("ledger", "verify", "--clone", str(tmp_path / "nothing")) != 0


def test_findings_stay_until_they_are_acknowledged(shell: Shell, bare: Path, tmp_path: Path) -> None:
    assert shell("sync") == 0
    assert shell("ledger", "findings") == 0
    assert shell.out == "Nothing was found.\n"
    assert past(shell).startswith("well")
    folder = clone(bare, tmp_path)
    first = git(folder, "rev-parse", "HEAD")
    (folder / "wiki" / "home.md").write_text("# Other\n")
    git(folder, "commit", "-qam", "a commit that skips the audit trail")
    git(folder, "push", "-q", "origin", "HEAD:main")
    assert shell("sync") == 0
    assert shell("ledger", "findings") == 1
    assert "1 error unaudited" in shell.out
    assert "one finding is open" in past(shell)
    git(folder, "push", "-q", "--force", "origin", f"{first}:main")
    assert shell("sync") == 0
    assert shell("ledger", "verify") == 1, "the forge's history is sound again, and this machine has seen another one"
    assert "the history was rewritten" in shell.out
    assert shell("ledger", "findings") == 1
    assert "unaudited" in shell.out
    assert shell("ledger", "findings", "--acknowledge", "--note", "a drill") == 0
    assert shell("ledger", "findings", "--json") == 0
    assert {one["state"] for one in json.loads(shell.out)} == {"acknowledged"}
    assert shell("ledger", "verify") == 0
    assert past(shell).startswith("well")


def past(shell: Shell) -> str:
    """What doctor says of the ledger's past."""
    shell("doctor")
    return next(line for line in shell.out.splitlines() if "ledger's past" in line)
