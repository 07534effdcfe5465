"""What must hold when a run is over, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from smartup_tui.ledger import tables
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import HistoryCheck, verify
from tests.chaos.record import DONE, Asked
from tests.chaos.replay import Replay, Told
from tests.toolbox.scenario import Place
from tests.toolbox.test_day import GitHistory


def judge(place: Place, asked: Iterable[Asked], told: Mapping[str, Told]) -> list[str]:
    """What is wrong with the ledger; `told` is what reached the Toolboxes, by request id."""
    findings = list(_answers(place.ledger(), asked))
    named = Counter(line for commit in place.commits() for line in place.trailers(commit))
    findings += [f"{count} commits name {line}" for line, count in named.items() if count != 1]
    place.sound()
    history, check, replay = GitHistory(place), HistoryCheck(), Replay(told)
    before: Tree = MappingTree({})
    for commit in history.commits(None):
        after = history.tree(commit.id)
        added = check.step(commit, before, after)
        findings += replay.step(commit, before, after, added)
        before = after
    return [*findings, *(str(finding) for finding in verify(before, check).errors)]


def _answers(ledger: Snapshot, asked: Iterable[Asked]) -> Iterator[str]:
    """What owners were told, and what the audit trail says."""
    by_request: dict[str, list[str]] = {}
    events = ledger.rows(tables.EVENTS)
    for event in events:
        by_request.setdefault(event.request_id, []).append(event.event_id)
    if len({event.event_id for event in events}) != len(events):
        yield "two audit rows have one id"
    for one in asked:
        written = by_request.get(one.request_id, [])
        if one.status == DONE and written != one.answer["events"]:
            yield f"{one.given} was confirmed with {one.answer['events']}, the audit trail has {written}"
        elif one.status not in (DONE, 0) and written:
            yield f"{one.given} was refused, the audit trail has {written}"
