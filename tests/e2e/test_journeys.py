"""A whole journey on the lab, by keys in a real terminal.

From nothing through the wizard, a contributor's day, a vote given while offline, a captain's review with the payout in
sight, and back to what was earned.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from smartup_tui.lab import labfile
from smartup_tui.lab.layout import Layout
from tests.support.fault_proxy import DropBefore, FaultProxy
from tests.support.pty_app import PATIENCE, PtyApp
from tests.support.users import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

TASK = "6_1_1_2"
CTRL_S = "\x13"


@contextmanager
def workspace(home: Path) -> Iterator[PtyApp]:
    """`smartup` in a terminal of 120 by 40."""
    with PtyApp.python("smartup_tui.cli", "--home", str(home), columns=120, rows=40) as app:
        yield app


def plainly(home: Path, *arguments: str) -> str:
    """The same, without a terminal; what it has printed."""
    command = [sys.executable, "-m", "smartup_tui.cli", "--home", str(home), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def give(app: PtyApp, keys: str, answer: str, wanted: str = "") -> None:
    """Keys that compose a command, Enter once it is whole, and the answer."""
    app.send(keys)
    app.wait_for(lambda seen: "Enter send" in seen.text and (wanted or "✓") in seen.text)
    app.send("\r")
    app.wait_for(answer)


def test_from_nothing_to_what_was_earned(running_lab: Path, tmp_path: Path) -> None:
    layout, home = Layout.of(running_lab), tmp_path / "home"
    with FaultProxy(f"http://127.0.0.1:{labfile.load(layout).ports['synapse']}") as proxy:
        with workspace(home) as app:
            first_run(app, layout, home, proxy.url)
            days_work(app, layout.home("lea"))

            # Offline: what is given waits, and the way out says so.
            app.send("7")
            app.wait_for("▸Govern")
            app.send("j")
            app.wait_for("▸ p_2")
            proxy.rule = lambda _method, _path: DropBefore()
            give(app, "Y", "Waiting to be sent.", "vote p_2 yes")
            app.send("q")
            assert app.wait() == 0
            assert b"One command is not sent yet" in app.raw

        # Back: the next start sends it, once; and the award of the captain is there to be seen.
        award = review(layout.home("robbert_founder"))
        proxy.rule = lambda _method, _path: None
        with workspace(home) as again:
            again.wait_for("▸Govern")  # where it was left
            again.send("3r")
            again.wait_for(award)
            until(lambda: votes(home) == ["jonas votes yes on p_2."], seconds=PATIENCE, what="the vote in the ledger")
            again.send("q")
            assert again.wait() == 0


def first_run(app: PtyApp, layout: Layout, home: Path, homeserver: str) -> None:
    """Through the wizard: typed as fast as somebody pastes it, and nothing secret is ever shown."""
    ports, server = labfile.load(layout).ports, labfile.load(layout).server_name
    password, token = ((layout.secrets / f"{what}-jonas").read_text().strip() for what in ("password", "forge"))
    app.wait_for("Setting up your organisation")
    app.send("\r")
    app.wait_for("1 of 5")
    app.send(f"@jonas:{server}\t{homeserver}\r{password}\r")
    app.wait_for("2 of 5")
    app.send(f"127.0.0.1:{ports['forge']}\r{token}\r")
    app.wait_for("3 of 5")
    app.send("\r")
    app.wait_for(f"knows @jonas:{server} as jonas")
    app.send("\r")
    app.wait_for("Nothing is stored yet")
    assert not (home / "config" / "config.toml").exists()
    app.send("\r")
    app.wait_for("My tasks")
    assert password.encode() not in app.raw
    assert token.encode() not in app.raw


def days_work(app: PtyApp, partner: Path) -> None:
    """A contributor's day: claim, clock in with the partner, clock out with notes."""
    app.send("2")
    app.wait_for(lambda seen: f"▸ {TASK}" in seen.text and "c claim" in seen.text)
    give(app, "c", "jonas took the attacker's seat", f"claim_task {TASK} attacker")
    plainly(partner, "send", f"!claim_task {TASK} defender", "--wait")
    app.send("r")
    app.wait_for("defender: lea")
    give(app, "s", "Clock started", f"start_work {TASK}")
    plainly(partner, "send", f"!start_work {TASK}", "--wait")
    app.send("x")
    app.wait_for("hand-over notes")
    give(app, "Three captains answered; see the page", "Clock stopped", "stop_work Three")


def review(captain: Path) -> str:
    """The captain's part: the newcomer's session is assessed, with the payout in sight; the award it makes."""
    with workspace(captain) as app:
        app.wait_for("My tasks")
        app.send("6")
        app.wait_for("▸ to assess")
        app.send(f"/{TASK}\r")
        app.wait_for(lambda seen: "▸ s_" in seen.text and " a assess" in seen.text)
        app.send("a")
        app.wait_for("Assess work")
        app.send("8\r7\r9")
        app.wait_for("Scores 24 of 30 pay 80 % of 100 % of 25 SC: 20.00 SC")
        app.wait_for("attacker jonas  18.00 SC")
        give(app, CTRL_S, "is pending.", "assess_work")
        found = re.search(r"(g_\d+) of 20.00 SC is pending", app.text)
        assert found is not None
        app.send("q")
        assert app.wait() == 0
    return found[1]


def votes(home: Path) -> list[str]:
    """What the ledger has of jonas' votes on p_2."""
    found = plainly(home, "audit", "--actor", "jonas", "--action", "vote", "--entity", "p_2", "--sync", "--json")
    return [event["details"] for event in json.loads(found)["events"]]
