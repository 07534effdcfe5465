"""Two hundred commands of fifty owners at once, and a standby Toolbox that is asked the same as the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Any

import httpx
import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger import tables
from smartup_tui.toolbox.main import ApiServer
from smartup_tui.toolbox.result import Request, Result
from smartup_tui.toolbox.service import Toolbox, standard_rules
from smartup_tui.toolbox.settings import ServerSettings
from smartup_tui.toolbox.writer import BATCH
from tests.support.users import until
from tests.toolbox.crowd import OWNERS, crowd, member, ready
from tests.toolbox.scenario import Place, running

TOKEN = "service-token"
BURST = 200
CLAIMS = 150
SETTINGS = ServerSettings(token_file="unused", port=0, threads=BURST)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    org, files = crowd(CLAIMS)
    with running(tmp_path, files) as found:
        found.clock.now = org.now + timedelta(minutes=1)
        yield found


def burst() -> list[Request]:
    """Three seats and a word of thanks by each of the fifty."""
    asked = [
        Request("claim_task", member(n), f"$claim-{n}:example.org", {"task_id": ready(n), "seat": "attacker"})
        for n in range(CLAIMS)
    ]
    for n in range(BURST - CLAIMS):
        thanks = {"alias": member(n + 1), "amount": 2, "reason": "For the hand you gave."}
        asked.append(Request("kudos", member(n), f"$kudos-{n}:example.org", thanks))
    return asked


@contextmanager
def served(toolbox: Toolbox) -> Iterator[httpx.Client]:
    """A client of this Toolbox on HTTP."""
    limits = httpx.Limits(max_connections=BURST)
    with (
        ApiServer(toolbox, SETTINGS, TOKEN) as server,
        httpx.Client(
            base_url=f"http://127.0.0.1:{server.port}",
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=100,
            limits=limits,
        ) as client,
    ):
        yield client


def post(client: httpx.Client, asked: Request) -> dict[str, Any]:
    fields = {"actor": asked.actor, "request_id": asked.request_id, "age_ms": 0, **asked.arguments}
    answer = client.post(f"/api/{asked.command}", json=fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def rows_of(place: Place) -> dict[str, list[str]]:
    """The ids of the audit rows by request."""
    found: dict[str, list[str]] = {}
    for event in place.ledger().rows(tables.EVENTS):
        found.setdefault(event.request_id, []).append(event.event_id)
    return found


def named_in(place: Place, commits: list[str]) -> Counter[str]:
    """How often the trailers of these commits name each command."""
    return Counter(line for commit in commits for line in place.trailers(commit))


def test_a_burst_is_few_commits_and_each_command_keeps_its_row_and_its_trailer(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    toolbox = place.toolbox(standard_rules(), write_timeout=60)
    submit, waiting, before = toolbox.submit, list[Request](), place.commits()

    def counted(request: Request) -> Future[Result]:
        future = submit(request)
        waiting.append(request)
        return future

    monkeypatch.setattr(toolbox, "submit", counted)
    asked = burst()
    place.faults.plan(Fault(FaultKind.SLOW, "POST", "/contents", delay=50))
    with served(toolbox) as client, ThreadPoolExecutor(BURST) as pool:
        answers = [pool.submit(post, client, one) for one in asked]
        until(lambda: len(waiting) == BURST)
        place.faults.clear()  # which ends the wait
        told = [answer.result() for answer in answers]
    new = place.commits()[len(before) :]
    assert len(new) <= 1 + ceil(BURST / BATCH)
    written = rows_of(place)
    assert [written[one.request_id] for one in asked] == [answer["events"] for answer in told]
    assert all(len(answer["events"]) == 1 for answer in told)
    lines = [
        f"Command: {answer['events'][0]} {one.actor} {one.request_id} api:{one.command}"
        for one, answer in zip(asked, told, strict=True)
    ]
    assert named_in(place, new) == Counter(lines)
    named = {line.split()[1]: commit for commit in new for line in place.trailers(commit)}
    assert all(answer["commits"] == {"2_workplace": named[answer["events"][0]]} for answer in told)
    ledger = place.ledger()
    seats = Counter((row.task_id, row.alias) for row in ledger.rows(tables.CLAIMS))
    assert {(ready(n), member(n)): 1 for n in range(CLAIMS)}.items() <= seats.items()
    thanked = Counter(row.to for row in ledger.rows(tables.KARMA) if row.category == "kudos")
    assert thanked == dict.fromkeys((member(n) for n in range(OWNERS)), 1)

    standby = place.toolbox(standard_rules())
    again = [future.result(60) for future in [standby.submit(one) for one in asked]]
    assert [result.repeated for result in again] == [True] * BURST
    assert [list(result.events) for result in again] == [answer["events"] for answer in told]
    assert place.commits() == [*before, *new]


def test_two_toolboxes_that_are_asked_the_same_at_once_do_it_once(place: Place) -> None:
    pair = [place.toolbox(standard_rules(), write_timeout=60) for _ in range(2)]
    asked = burst()[CLAIMS - 30 : CLAIMS + 10]
    # The seat that both of two owners want goes to one of them, whichever Toolbox each of them asked.
    rivals = [
        Request("claim_task", member(n + 7 * side), f"$rival-{n}-{side}", {"task_id": ready(n), "seat": "defender"})
        for n in range(10)
        for side in range(2)
    ]
    before = place.commits()
    futures = [(box.submit(one), one) for one in asked for box in pair]
    rivalry = [(pair[n % 2].submit(one), one) for n, one in enumerate(rivals)]
    both: dict[str, list[Result]] = {}
    for future, one in futures:
        both.setdefault(one.request_id, []).append(future.result(60))
    assert all([result.ok for result in pair_of] == [True, True] for pair_of in both.values())
    assert all(sorted(result.repeated for result in pair_of) == [False, True] for pair_of in both.values())
    assert all(len({result.events for result in pair_of}) == 1 for pair_of in both.values())
    won = [one.request_id for future, one in rivalry if future.result(60).ok]
    lost = [one.request_id for future, one in rivalry if not future.result().ok]
    assert len(won) == len(lost) == 10
    written = rows_of(place)
    assert all(written[name] == list(results[0].events) for name, results in both.items())
    assert all(len(written[name]) == 1 for name in won)
    assert not written.keys() & set(lost)
    named = named_in(place, place.commits()[len(before) :])
    assert set(named.values()) == {1}
    assert {line.split()[3] for line in named} == {*both, *won}
    place.sound()
