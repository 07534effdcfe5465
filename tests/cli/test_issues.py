"""Issues and repositories of the forge without a terminal, from what was read last."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartup_tui.config import Home
from smartup_tui.workspace.forge_rows import DependencyRow, IssueRow, MilestoneRow, RepositoryRow
from smartup_tui.workspace.forge_store import AS_OF, PROBLEM, ForgeStore
from smartup_tui.workspace.places import Places
from tests.cli.test_reading import Shell, home, shell

__all__ = ["home", "shell"]

DAY = datetime(2026, 2, 1, tzinfo=UTC)
TEAM = "3_7_operational_team"


@pytest.fixture
def store(home: Path) -> ForgeStore:
    """What was read of two repositories."""
    names = [path.name for path in (home / "cache" / "profiles").iterdir()]
    found = ForgeStore(Places.of(Home.find(home), names[0]).forge)
    with found.transaction():
        milestones = (MilestoneRow("Spring", "open", "", DAY),)
        found.put_repositories(
            [RepositoryRow(TEAM, private=True, milestones=milestones), RepositoryRow("2_workplace", private=False)]
        )
        found.put_issue(
            IssueRow(TEAM, 12, "Restore a server", "open", "sofia", ("ready",), "Spring", ("nils",), 1, DAY, DAY),
            "How.",
        )
        found.put_issue(IssueRow(TEAM, 9, "Old papers", "closed", "nils", (), "", (), 0, DAY, DAY, DAY), "")
        found.put_issue(IssueRow("2_workplace", 1, "Paper", "open", "x", (), "", (), 0, DAY, DAY), "")
        found.put_dependencies(TEAM, 12, (DependencyRow("2_workplace#1", "Paper", "open"), DependencyRow("", "", "")))
        found.put_meta({AS_OF: DAY.isoformat()})
    return found


def test_issues_are_listed_and_shown(shell: Shell, store: ForgeStore) -> None:
    with store:
        assert shell("issues") == 0
        assert "3_7_operational_team#12" in shell.out
        assert "Old papers" not in shell.out
        assert [row["issue"] for row in shell.json("issues", "--all", "--team", "3_7")["issues"]] == [
            f"{TEAM}#12",
            f"{TEAM}#9",
        ]
        assert [row["number"] for row in shell.json("issues", "--words", "NILS ready")["issues"]] == [12]
        assert shell("issues", f"{TEAM}#12") == 0
        assert "- open: 2_workplace#1 Paper\n- an issue that your token may not see" in shell.out
        found = shell.json("issues", f"{TEAM}#12")
        assert found["link"].endswith(f"/{TEAM}/issues/12")
        assert found["waits_for"][1] == {"issue": None, "title": "", "state": ""}
        assert found["as_of"] == "2026-02-01T00:00:00Z"
        assert shell("issues", "12") == 1
        assert "repository#number" in shell.err


def test_repositories_are_listed_with_their_milestones(shell: Shell, store: ForgeStore) -> None:
    with store:
        assert shell("repositories") == 0
        assert "as of 1 Feb" in shell.out
        found = {row["repository"]: row for row in shell.json("repositories")["repositories"]}
        assert (found[TEAM]["open_issues"], found[TEAM]["closed_issues"], found[TEAM]["team"]) == (1, 1, "3_7")
        spring = found[TEAM]["milestones"][0]
        assert (spring["title"], spring["open"], spring["closed"]) == ("Spring", 1, 0)
        assert found["2_workplace"]["team"] is None


def test_a_token_that_may_not_read_issues_is_said(shell: Shell, store: ForgeStore) -> None:
    with store:
        store.put_meta({PROBLEM: "Your token may not read issues."})
        assert shell("issues", "--words", "nothing") == 0
        assert shell.out.startswith("Your token may not read issues.")
