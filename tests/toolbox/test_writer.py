"""The writer on a real embedded forge: one lawful commit for whatever is asked, once, whatever goes wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from smartup_tui.forge.embedded.faults import Fault, FaultKind
from smartup_tui.ledger import tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Change, Outcome, Reason, Refusal
from smartup_tui.ledger.economy.effect import Effect
from smartup_tui.ledger.policy_reader import PolicyError
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.result import Request, Result
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.writer import Rules
from tests.toolbox.scenario import NOW, Place, claim, claim_task, codes, new_ledger, running, seed, task_id

WRITE = "/contents"
POSTED = "/api/v1/repos/Smartup_Zero/2_workplace/contents"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(tmp_path, new_ledger()) as found:
        yield found


def together(toolbox: Toolbox, requests: list[Request]) -> list[Result]:
    """Give commands so that they wait in the queue at the same time."""
    futures = [toolbox.submit(request) for request in requests]
    return [future.result(30) for future in futures]


def test_a_command_is_one_commit_of_its_owner(place: Place) -> None:
    result = place.toolbox().perform(claim("maria", 1, "$event:example.org"))
    assert result.to_json() == {
        "ok": True,
        "command": "claim_task",
        "actor": "maria",
        "request_id": "$event:example.org",
        "entity": {"type": "task", "id": "6_1_2_1"},
        "message": "maria claimed 6_1_2_1.",
        "data": {"sc": "50.00"},
        "events": [place.audit()[-1].event_id],
        "commits": {"2_workplace": place.commits()[-1]},
        "figures": ["50 SC"],
        "next_step": "!start_work 6_1_2_1",
    }
    author = place.git("log", "-1", "--format=%an <%ae>|%cn <%ce>|%ad|%cd", "--date=iso-strict").strip()
    moment = "2026-11-21T09:00:00"
    names, dates = author.split("|")[:2], author.split("|")[2:]
    assert names == ["maria <maria@owners.invalid>", "toolbox <toolbox@owners.invalid>"]
    assert all(date.startswith(moment) for date in dates)
    assert place.trailers() == [f"Command: {result.events[0]} maria $event:example.org api:claim_task"]
    assert len(place.commits()) == 2
    place.whole()


def test_the_commit_holds_all_three_parts_at_once(place: Place) -> None:
    place.toolbox().perform(claim("maria", 1))
    changed = place.git("show", "--name-only", "--format=", "main").split()
    assert set(changed) == {
        "master-events.csv",
        "wiki/6_1/6_1_2/6_1_2_1.md",
        "work/task-budgets.csv",
        "work/task_claimed.csv",
    }


def test_files_are_sent_in_lawful_order(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.store()
    sent: list[list[str]] = []
    request = store._request

    def record(draft):  # type: ignore[no-untyped-def]
        sent.append([file.path for file in request(draft).files])
        return request(draft)

    monkeypatch.setattr(store, "_request", record)
    with Toolbox(store, place.rules, clock=place.clock) as toolbox:
        toolbox.perform(claim("maria", 1))
    assert sent == [
        ["wiki/6_1/6_1_2/6_1_2_1.md", "work/task-budgets.csv", "work/task_claimed.csv", "master-events.csv"]
    ]


def test_a_refusal_writes_nothing(place: Place) -> None:
    toolbox = place.toolbox()
    toolbox.perform(claim("maria", 1))
    refused = toolbox.perform(claim("jonas", 1))
    assert (refused.status, refused.error and refused.error.code) == (409, "seat_taken")
    assert toolbox.perform(claim("nobody", 2)).status == 403
    assert toolbox.perform(Request("claim_task", "maria", "$a", {"task_id": "6_9_9_9"})).status == 404
    assert toolbox.perform(Request("claim_task", "maria", "$b", {})).status == 400
    assert len(place.commits()) == 2


def test_a_repeat_changes_nothing_and_says_so(place: Place) -> None:
    toolbox = place.toolbox()
    first = toolbox.perform(claim("maria", 1, "$event"))
    again = toolbox.perform(claim("maria", 1, "$event"))
    assert again.repeated
    assert (again.events, again.message, again.entity) == (first.events, first.message, first.entity)
    assert len(place.commits()) == 2


def test_a_repeat_is_known_after_a_restart_and_to_another_process(place: Place) -> None:
    with Toolbox(place.store(), place.rules, clock=place.clock) as toolbox:
        toolbox.perform(claim("maria", 1, "$event"))
    assert place.toolbox().perform(claim("maria", 1, "$event")).repeated


def test_an_id_stands_for_one_command_of_one_owner(place: Place) -> None:
    toolbox = place.toolbox()
    toolbox.perform(claim("maria", 1, "$event"))
    for other in (claim("jonas", 1, "$event"), Request("start_work", "maria", "$event", {"task_id": task_id(1)})):
        result = toolbox.perform(other)
        assert (result.status, codes([result])) == (409, ["request_id_reused"])


def test_two_of_the_same_id_at_once_are_one(place: Place) -> None:
    results = together(place.toolbox(), [claim("maria", 1, "$event") for _ in range(5)])
    assert [result.ok for result in results] == [True] * 5
    assert sorted(result.repeated for result in results) == [False, True, True, True, True]
    place.whole()


def test_commands_that_wait_together_share_a_commit(place: Place) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(FaultKind.SLOW, "POST", WRITE, delay=0.3))
    results = together(toolbox, [claim(("maria", "jonas", "lena")[n % 3], n) for n in range(30)])
    assert codes(results) == ["ok"] * 30
    assert len(place.commits()) <= 4
    assert place.git("log", "-1", "--format=%an <%ae>").strip() == "toolbox <toolbox@owners.invalid>"
    assert [event.event_id for event in place.audit()] == [result.events[0] for result in results]
    place.whole()


def test_commands_of_a_batch_see_each_other(place: Place) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(FaultKind.SLOW, "POST", WRITE, delay=0.3))
    asked = [claim("lena", 9), *(claim(alias, 1) for alias in ("maria", "jonas", "lena"))]
    assert codes(together(toolbox, asked)) == ["ok", "ok", "seat_taken", "seat_taken"]
    place.whole()


def test_a_fault_in_one_command_leaves_the_others(place: Place) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(FaultKind.SLOW, "POST", WRITE, delay=0.3))
    broken = Request("release_task", "jonas", "$broken", {"task_id": task_id(5), "reason": "why"})
    results = together(toolbox, [claim("lena", 9), claim("maria", 1), broken, claim("jonas", 2)])
    assert codes(results) == ["ok", "ok", "internal_error", "ok"]
    assert results[2].status == 500
    assert "ZeroDivision" not in str(results[2].to_json())


def test_a_result_that_can_not_be_answered_is_not_written(place: Place) -> None:
    def wrong(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
        change = claim_task(snapshot, actor, args, now)
        assert isinstance(change, Change)
        return replace(change, data={"ratio": 0.5})

    toolbox = place.toolbox(Rules({"claim_task": wrong}, place.rules.next_effect))
    assert codes([toolbox.perform(claim("maria", 1))]) == ["internal_error"]
    assert len(place.commits()) == 1


@pytest.mark.parametrize("actor", ["two words", "m\naria", "märia", "", "x" * 200])
def test_an_alias_that_nobody_can_have_is_refused(place: Place, actor: str) -> None:
    result = place.toolbox().perform(claim(actor, 1))
    assert (result.status, codes([result])) == (400, ["actor_malformed"])


def test_start_and_stop_count_from_when_they_were_given(place: Place) -> None:
    request = Request("start_work", "maria", "$event", {"task_id": task_id(1)}, age=timedelta(minutes=5))
    result = place.toolbox().perform(request)
    assert result.to_json()["data"]["from"] == "2026-11-21T08:55:00Z"
    assert place.audit()[-1].timestamp == NOW


def test_an_old_request_is_not_run(place: Place) -> None:
    request = Request("claim_task", "maria", "$event", {"task_id": task_id(1)}, age=timedelta(hours=25))
    result = place.toolbox().perform(request)
    assert (result.status, codes([result])) == (422, ["request_expired"])
    assert len(place.commits()) == 1


def test_a_dated_command_has_a_commit_of_its_date(place: Place) -> None:
    toolbox = place.toolbox()
    day = NOW - timedelta(days=5)
    dated = [Request("claim_task", "maria", f"$e{n}", {"task_id": task_id(n)}, "cli", now=day) for n in range(3)]
    assert codes(together(toolbox, dated)) == ["ok"] * 3
    assert len(place.commits()) == 4
    assert place.git("log", "-1", "--format=%ad %cd", "--date=short").split() == ["2026-11-16", "2026-11-16"]
    assert [event.timestamp for event in place.audit()] == [day] * 3
    assert toolbox.perform(dated[0]).repeated


def test_a_foreign_writer_in_between_is_a_conflict_that_nobody_sees(place: Place) -> None:
    toolbox, standby = place.toolbox(), place.toolbox()
    toolbox.perform(claim("maria", 1))
    assert standby.perform(claim("jonas", 2)).ok
    assert toolbox.perform(claim("maria", 3)).ok
    assert codes([standby.perform(claim("lena", 3))]) == ["seat_taken"]
    assert codes([toolbox.perform(claim("lena", 2))]) == ["seat_taken"]
    place.whole()


def test_a_refusal_is_judged_on_the_newest_ledger(place: Place) -> None:
    """What another process has made possible is not refused from memory."""
    toolbox = place.toolbox()
    toolbox.perform(claim("maria", 1))
    freed = place.files()["work/task-budgets.csv"].replace(b"claimed,maria", b"open,")
    seed(place, {"work/task-budgets.csv": freed})
    assert toolbox.perform(claim("jonas", 1)).ok


def test_a_repeat_is_known_though_another_process_ran_the_first(place: Place) -> None:
    toolbox, standby = place.toolbox(), place.toolbox()
    toolbox.perform(claim("maria", 1))
    standby.perform(claim("jonas", 2, "$event"))
    assert toolbox.perform(claim("jonas", 2, "$event")).repeated


def test_two_processes_side_by_side_lose_nothing(place: Place) -> None:
    pair = (place.toolbox(), place.toolbox())
    asked = [claim(("maria", "jonas", "lena")[n % 3], n // 2) for n in range(80)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: pair[n % 2].perform(asked[n]), range(80)))
    assert set(codes(results)) == {"ok", "seat_taken"}
    assert codes(results).count("ok") == 40
    place.whole()


def test_a_foreign_commit_elsewhere_does_not_disturb(place: Place) -> None:
    toolbox = place.toolbox()
    toolbox.perform(claim("maria", 1))
    seed(place, {"wiki/home.md": b"# Home\n"})
    assert toolbox.perform(claim("maria", 2)).ok
    assert toolbox.perform(claim("maria", 3)).ok
    assert "wiki/home.md" in place.files()
    place.whole()


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.SILENT, FaultKind.CUT, FaultKind.GARBAGE])
def test_what_was_written_without_an_answer_is_found(place: Place, kind: FaultKind) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(kind, "POST", WRITE, delay=1.5))
    result = toolbox.perform(claim("maria", 1))
    assert result.ok
    assert not result.repeated
    assert result.to_json()["data"] == {"sc": "50.00"}
    assert result.commits == {"2_workplace": place.commits()[-1]}
    assert len(place.commits()) == 2
    place.whole()


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.RACE])
@pytest.mark.parametrize("mode", ["v15", "v16"])
def test_what_was_not_written_is_tried_again(tmp_path: Path, kind: FaultKind, mode: str) -> None:
    with running(tmp_path, new_ledger(), mode="v16" if mode == "v16" else "v15") as place:
        toolbox = place.toolbox()
        place.faults.plan(Fault(kind, "POST", WRITE, times=3))
        assert toolbox.perform(claim("maria", 1)).ok
        assert len(place.commits()) == 2
        place.whole()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_the_forge_is_tried_again(place: Place, status: int) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, status=status, times=2))
    assert toolbox.perform(claim("maria", 1)).ok
    place.whole()


@pytest.mark.parametrize("status", [401, 403, 404, 413, 422, 423])
def test_a_lasting_no_of_the_forge_is_said_calmly(place: Place, status: int) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, status=status, times=50, message="/srv/git/x.git"))
    result = toolbox.perform(claim("maria", 1))
    assert (result.status, codes([result])) == (503, ["forge_unavailable"])
    assert "/srv" not in str(result.to_json())
    place.faults.clear()
    assert toolbox.perform(claim("maria", 1)).ok


def test_a_rate_limit_is_waited_out(place: Place) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, status=429, retry_after="1"))
    assert toolbox.perform(claim("maria", 1)).ok


def test_a_long_rate_limit_is_passed_on(place: Place) -> None:
    toolbox = place.toolbox()
    place.faults.plan(Fault(FaultKind.STATUS, "POST", WRITE, status=429, retry_after="90"))
    result = toolbox.perform(claim("maria", 1))
    assert (codes([result]), result.retry_after) == (["forge_unavailable"], 90)


def test_a_late_write_is_not_denied(place: Place) -> None:
    """A write that nobody answered may still arrive: until it can not, a refusal would be a wrong promise."""

    def refused(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
        return Refusal(Reason.RULE, "window_over", "The window is over.")

    answers = iter((claim_task, refused))

    def changing(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
        return next(answers)(snapshot, actor, args, now)

    toolbox = place.toolbox(Rules({"claim_task": changing}, place.rules.next_effect))
    place.faults.plan(Fault(FaultKind.DROP_BEFORE, "POST", WRITE))
    assert codes([toolbox.perform(claim("maria", 1))]) == ["outcome_unknown"]


def test_when_it_can_not_be_known_the_answer_says_so_and_asking_again_tells(place: Place) -> None:
    toolbox = place.toolbox()
    toolbox.perform(claim("maria", 1))
    place.faults.plan(Fault(FaultKind.DROP_AFTER, "POST", WRITE))
    place.faults.plan(Fault(FaultKind.DROP_BEFORE, "GET", times=1000))
    request = claim("maria", 2)
    result = toolbox.perform(request)
    assert (result.status, codes([result])) == (503, ["outcome_unknown"])
    assert result.retry_after is not None
    place.faults.clear()
    again = toolbox.perform(request)
    assert again.repeated
    assert len(place.commits()) == 3
    place.whole()


def test_a_forge_that_is_down_and_comes_back(tmp_path: Path) -> None:
    with running(tmp_path, new_ledger()) as place:
        toolbox = place.toolbox()
        assert toolbox.perform(claim("maria", 1)).ok
        port = place.server.port
        place.server.close()
        result = toolbox.perform(claim("maria", 2))
        assert (result.status, codes([result])) == (503, ["forge_unavailable"])
        assert not toolbox.ready()
        place.restart(port)
        assert toolbox.ready()
        assert toolbox.perform(claim("maria", 2)).ok
        place.whole()


def test_a_toolbox_may_start_before_its_forge(tmp_path: Path) -> None:
    with running(tmp_path, new_ledger()) as place:
        port = place.server.port
        place.server.close()
        toolbox = place.toolbox()
        assert not toolbox.ready()
        place.restart(port)
        assert toolbox.perform(claim("maria", 2)).ok


def test_time_effects_come_first_in_a_commit_of_their_own(tmp_path: Path) -> None:
    with running(tmp_path, new_ledger(overdue=3)) as place:
        toolbox = place.toolbox()
        assert codes([toolbox.perform(claim("maria", 0))]) == ["task_closed"]
        assert len(place.commits()) == 2
        assert toolbox.perform(claim("maria", 7)).ok
        _, settled, command = place.commits()
        assert len(place.trailers(settled)) == 3
        assert len(place.trailers(command)) == 1
        assert [row.action for row in place.audit()] == ["overdue"] * 3 + ["claim_task"]
        assert place.git("log", "-1", "--format=%an %cn", settled).split() == ["toolbox", "toolbox"]
        place.whole()


def test_an_effect_whose_commit_has_no_answer_happens_once(tmp_path: Path) -> None:
    with running(tmp_path, new_ledger(overdue=3)) as place:
        place.faults.plan(Fault(FaultKind.DROP_AFTER, "POST", WRITE))
        assert place.toolbox().perform(claim("maria", 7)).ok
        assert [row.action for row in place.audit()] == ["overdue"] * 3 + ["claim_task"]
        place.whole()


def test_a_fault_in_a_rule_of_time_keeps_nobody_from_working(tmp_path: Path) -> None:
    def faulty(snapshot: Snapshot, now: datetime) -> Effect | None:
        raise ZeroDivisionError

    with running(tmp_path, new_ledger()) as place:
        toolbox = place.toolbox(Rules(place.rules.operations, faulty))
        assert toolbox.perform(claim("maria", 7)).ok
        assert toolbox.execute("settle", "engelbot", "$settle").status == 500


def test_a_broken_rule_of_time_keeps_nobody_from_working(tmp_path: Path) -> None:
    def broken(snapshot: Snapshot, now: datetime) -> Effect | None:
        raise PolicyError("policies/karma-rules.yml", "decay", "is missing")

    with running(tmp_path, new_ledger()) as place:
        toolbox = place.toolbox(Rules(place.rules.operations, broken))
        assert toolbox.perform(claim("maria", 7)).ok
        result = toolbox.execute("settle", "engelbot", "$settle")
        assert (result.status, codes([result])) == (409, ["ledger_unreadable"])
        assert "karma-rules.yml" in str(result.to_json())


def test_settle_applies_what_is_due_once(tmp_path: Path) -> None:
    with running(tmp_path, new_ledger(overdue=3)) as place:
        toolbox = place.toolbox()
        first = toolbox.execute("settle", "engelbot", "$settle")
        assert first.ok
        body = first.to_json()
        assert body["data"]["count"] == 3
        assert body["data"]["effects"][0] == {
            "effect": "overdue",
            "type": "task",
            "id": "6_1_2_0",
            "due": "2026-11-10T00:00:00Z",
            "message": "6_1_2_0 is overdue.",
        }
        rows = place.audit()
        assert body["events"] == [row.event_id for row in rows]
        assert [row.actor for row in rows] == ["engelbot"] * 3
        assert rows[0].request_id == "settle:overdue:6_1_2_0:2026-11-10T00:00:00Z"
        assert rows[0].script == "settle:overdue"
        again = toolbox.execute("settle", "engelbot", "$again")
        assert again.message == "Nothing is due."
        assert len(place.commits()) == 2


def test_only_engelbot_and_the_founder_settle(place: Place) -> None:
    assert place.toolbox().execute("settle", "maria", "$settle").status == 403


def test_an_organisation_that_is_not_registered_answers(tmp_path: Path) -> None:
    with running(tmp_path, {}) as place:
        toolbox = place.toolbox()
        assert toolbox.perform(claim("maria", 1)).ok is False
        assert toolbox.execute("settle", "engelbot", "$settle").message == "Nothing is due."


def test_a_full_log_begins_a_new_file_and_repeats_stay_known(tmp_path: Path) -> None:
    with running(tmp_path, new_ledger(segment_rows=10)) as place:
        toolbox = place.toolbox()
        for number in range(25):
            assert toolbox.perform(claim("maria", number, f"$e{number}")).ok
        assert place.has("master-events/000002.csv")
        again = [place.toolbox().perform(claim("maria", number, f"$e{number}")) for number in (0, 12, 24)]
        assert [result.repeated for result in again] == [True] * 3
        assert [event.entity_id for event in place.audit()] == [task_id(number) for number in range(25)]


def test_a_queue_that_is_full_of_waiting_commands_ends_cleanly(place: Place) -> None:
    toolbox = place.toolbox(write_timeout=60)
    place.faults.plan(Fault(FaultKind.SLOW, "POST", WRITE, delay=0.3))
    futures = [toolbox.submit(claim("maria", number)) for number in range(100)]
    futures[0].add_done_callback(lambda _: None)
    toolbox.stop()
    results = [future.result(60) for future in futures]
    assert set(codes(results)) <= {"ok", "stopping"}
    seats = [task for task in place.ledger().rows(tables.TASKS) if task.attacker]
    assert len(seats) == codes(results).count("ok")
    place.whole()


def test_stopping_does_not_wait_for_a_forge_that_fails(place: Place) -> None:
    toolbox = place.toolbox()
    toolbox.perform(claim("maria", 1))
    place.faults.plan(Fault(FaultKind.DROP_BEFORE, "POST", WRITE, times=1000))
    future = toolbox.submit(claim("maria", 2))
    while not [asked for asked in place.faults.requests if asked == ("POST", POSTED)][1:]:
        time.sleep(0.005)
    started = time.monotonic()
    toolbox.stop()
    assert time.monotonic() - started < 30  # and not the minute for which it would try
    # What was sent had no answer, so it can not be called unwritten.
    assert codes([future.result(0)]) == ["outcome_unknown"]


def test_a_command_that_waits_too_long_is_withdrawn_or_unknown(place: Place) -> None:
    toolbox = place.toolbox(bound=0.2, write_timeout=60)
    place.faults.plan(Fault(FaultKind.SLOW, "POST", WRITE, delay=50))
    for number in range(300):  # on a slow machine the first may not be on its way yet when its time is up
        first = f"$first-{number}"
        (outcome,) = codes([toolbox.perform(claim("maria", 1, first))])
        if outcome == "outcome_unknown":
            break
        assert outcome == "busy"
    assert outcome == "outcome_unknown"
    assert codes([toolbox.perform(claim("maria", 2, "$second"))]) == ["busy"]
    place.faults.clear()  # which ends the wait
    slow = place.toolbox()
    for name, number in ((first, 1), ("$second", 2)):
        assert slow.perform(claim("maria", number, name)).ok
    place.whole()
