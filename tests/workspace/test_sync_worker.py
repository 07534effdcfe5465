"""The workspace's end of the syncing process, with processes that behave and that do not."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator

import pytest

from smartup_tui.workspace.sync_messages import Failed, Message, Progress, Synced
from smartup_tui.workspace.sync_worker import SyncWorker

ANSWERS = """
import json, sys
for line in sys.stdin:
    number = json.loads(line)["number"]
    print(json.dumps({"type": "progress", "step": "tables", "done": 1, "total": 2}), flush=True)
    print(json.dumps({"type": "synced", "number": number, "commit": "c", "tables": ["teams"]}), flush=True)
"""
DIES = "import sys; sys.stdin.readline()"
DIES_AFTER_ONE = """
import json, sys
number = json.loads(sys.stdin.readline())["number"]
print(json.dumps({"type": "synced", "number": number, "commit": "c", "tables": []}), flush=True)
"""
RAVES = "import sys; sys.stdin.readline(); print('not json', flush=True); sys.stdin.read()"
HANGS = "import sys; sys.stdin.read()"


class Heard:
    """A worker on a script, and what it said."""

    def __init__(self, script: str) -> None:
        self.messages: queue.Queue[Message] = queue.Queue()
        self.worker = SyncWorker([sys.executable, "-c", script], self.messages.put)

    def next(self) -> Message:
        return self.messages.get(timeout=60)

    def answer(self) -> Message:
        while isinstance(found := self.next(), Progress):
            pass
        return found


@pytest.fixture
def heard(request: pytest.FixtureRequest) -> Iterator[Heard]:
    found = Heard(request.param)
    yield found
    found.worker.stop()


@pytest.mark.parametrize("heard", [ANSWERS], indirect=True)
def test_requests_are_answered_by_one_process(heard: Heard) -> None:
    heard.worker.request()
    assert heard.next() == Progress("tables", 1, 2)
    assert heard.next() == Synced(1, "c", ("teams",))
    process = heard.worker._process
    heard.worker.request()
    assert heard.answer() == Synced(2, "c", ("teams",))
    assert heard.worker._process is process
    assert not heard.worker.busy


@pytest.mark.parametrize("heard", [HANGS], indirect=True)
def test_requests_under_way_become_one_more(heard: Heard) -> None:
    for _ in range(5):
        heard.worker.request()
    assert heard.worker.busy
    heard.worker._settled()
    assert heard.worker._number == 2


@pytest.mark.parametrize("heard", [DIES, RAVES], indirect=True)
def test_a_process_that_ends_or_raves_is_an_answer_and_the_next_request_begins_anew(heard: Heard) -> None:
    for number in (1, 2):
        heard.worker.request()
        found = heard.answer()
        assert isinstance(found, Failed)
        assert (found.number, found.kind) == (number, "ended")
        assert "Press r" in found.hint
        assert not heard.worker.busy


@pytest.mark.parametrize("heard", [DIES_AFTER_ONE], indirect=True)
def test_a_process_that_ended_in_peace_is_started_again(heard: Heard) -> None:
    heard.worker.request()
    assert isinstance(heard.answer(), Synced)
    process = heard.worker._process
    if process is not None:
        process.wait(timeout=60)
    heard.worker.request()
    found = heard.answer()
    assert isinstance(found, Synced) or (isinstance(found, Failed) and found.kind == "ended")


@pytest.mark.parametrize("heard", [HANGS], indirect=True)
def test_it_can_be_cancelled_and_goes_on_later(heard: Heard) -> None:
    heard.worker.cancel()  # nothing is under way
    heard.worker.request()
    heard.worker.cancel()
    found = heard.answer()
    assert isinstance(found, Failed)
    assert found.kind == "stopped"
    heard.worker.request()
    assert heard.worker.busy


@pytest.mark.parametrize("heard", [HANGS], indirect=True)
def test_stopping_is_final_and_quiet(heard: Heard) -> None:
    heard.worker.request()
    process = heard.worker._process
    assert process is not None
    heard.worker.stop()
    assert process.poll() is not None
    heard.worker.request()
    assert heard.worker._process is None
    assert heard.messages.empty()
