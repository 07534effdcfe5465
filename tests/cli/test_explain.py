"""`smartup explain`: where a number comes from, for people, for programs and as a table."""

from __future__ import annotations

import csv
import io
import sqlite3
from pathlib import Path

from smartup_tui.config import Home
from smartup_tui.workspace.places import Places
from tests.cli.test_reading import Shell, home, shell
from tests.support.owner_home import make_home, organisation

__all__ = ["home", "shell"]


def test_a_balance_leads_to_its_rows(shell: Shell, tmp_path: Path) -> None:
    assert shell("explain", "wallet") == 0
    assert "Live: 64.80 SC (agrees)" in shell.out
    assert "credits/transactions.csv:2, 27 Jan 11:10, by engelbot" in shell.out
    assert "reckonings agree." in shell.out
    assert "as of 2 Mar 14:05" in shell.out
    told = shell.json("explain", "g_4", "--depth", "3")
    assert told["title"] == "Award g_4"
    assert {part["agrees"] for part in told["parts"]} == {True, None}
    assert shell.json("explain", "treasury", "--depth", "0")["parts"] == []
    assert shell("explain", "6_7_0_0", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(shell.out)))
    assert rows[0]["value"] == "60.00 SC left of 200.00 SC"
    file = tmp_path / "drill.json"
    assert shell("explain", "6_7_0_0", "--output", str(file)) == 0
    assert file.read_bytes().startswith(b"[")


def test_hostile_texts_stay_texts(shell: Shell, home: Path) -> None:
    index = Places.of(Home.find(home), "smartup").index
    with sqlite3.connect(index) as connection:
        connection.execute("UPDATE credits SET description = ?", ("\x9b31m\x1b[2J\u202eevil\u2066",))
    connection.close()
    assert shell("explain", "wallet") == 0  # the shell looks at every character
    told = shell.json("explain", "wallet")
    assert told["parts"][0]["parts"][0]["note"] == "\x9b31m\x1b[2J\u202eevil\u2066"
    assert shell("explain", "wallet", "--format", "csv") == 0


def test_what_is_not_there_and_what_does_not_agree_have_their_exit_code(shell: Shell, home: Path) -> None:
    assert shell("explain", "g_99") == 1
    assert shell.err.startswith("There is no")
    org = organisation()
    index = Places.of(make_home(home, org), "smartup").index

    with sqlite3.connect(index) as connection:
        connection.execute("UPDATE credits SET amount = amount + 100 WHERE \"to\" = 'maria'")
    connection.close()
    assert shell("explain", "wallet") == 1
    assert "It does not agree: g_4 says 64.80 SC." in shell.out
    assert "reckonings do not agree." in shell.out
