"""What the Toolbox says to owners: no path, no object id, no token, no traceback, whatever happens behind it.

Every answer and refusal of the permission matrix and of the whole story is looked at, and every way to fail inside.
(A policy file is named by its name in the ledger, as a proposal names it: ledger.md §4.)
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NoReturn

import pytest

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.forge import errors as forge_errors
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.cells import CellError
from smartup_tui.ledger.change import Answer, Outcome, Refusal
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.ledger.problems import LedgerFileError, Problem
from smartup_tui.ledger.rowset import RowCache
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox import api, writer
from smartup_tui.toolbox.batch import compute
from smartup_tui.toolbox.decide import decide
from smartup_tui.toolbox.effects import Settled
from smartup_tui.toolbox.jobs import Job
from smartup_tui.toolbox.rate import Buckets
from smartup_tui.toolbox.result import Failure, Request, Result
from tests.support.organisation import Organisation
from tests.support.whole_story import whole_story
from tests.toolbox.permission_world import KINDS
from tests.toolbox.test_permission_matrix import outcome

TOKEN: Final = "the-service-token"
SECRET: Final = "/srv/smartup/state/2_workplace.git token=0123456789abcdef0123456789abcdef01234567"

_UNSPOKEN: Final = {
    "path": re.compile(r"(?<![\w.])(?:/(?:[\w.-]+/)+[\w.-]*|wiki/\S+|\S+\.(?:csv|md|py|git|db)\b|\w:\\)"),
    "object id": re.compile(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{10,64}\b"),
    "token": re.compile(r"(?i)\b(?:token=|bearer |password)"),
    "traceback": re.compile(r"Traceback|File \"|line \d+, in |Error\(|object at 0x|<class "),
}


def plain(text: str, where: str) -> None:
    """Nothing of the machinery is in a text for owners."""
    for what, pattern in _UNSPOKEN.items():
        found = pattern.search(text)
        assert found is None, f"{where}: {what} {found.group()!r} in {text!r}"


def said(found: Outcome) -> Iterator[str]:
    if isinstance(found, Refusal):
        yield from (found.message, found.hint)
    else:
        yield from (found.message, *found.figures, found.next_step or "")


def spoken(result: Result) -> Iterator[str]:
    yield from (result.message, *result.figures, result.next_step or "")
    if result.error is not None:
        yield from (result.error.message, result.error.hint)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_answer_and_refusal_of_the_matrix_is_plain(name: str) -> None:
    for kind in KINDS:
        for own in (False, True):
            for text in said(outcome(name, kind, own=own)):
                plain(text, f"{name} by {kind}")


def test_everything_that_was_said_in_the_whole_story_is_plain() -> None:
    for sealed in whole_story().sealed:
        for text in (*said(sealed.change), *(event.details for event in sealed.events)):
            plain(text, sealed.command)


@pytest.mark.parametrize(
    "failure",
    [
        RuntimeError(SECRET),
        KeyError(SECRET),
        OSError(2, "No such file", "/srv/smartup/state/index.db"),
        PolicyError("policies/validation-rules.yml", "vote_days", "is missing"),
        LedgerFileError(Problem("work/task-budgets.csv", 7, "size", "there is no such size", "small")),
        LedgerFileError(Problem("wiki/6_1/6_1_2/6_1_2_0_guide.md", 3, None, "the front matter cannot be read", "")),
        CellError("note", "holds a control character", "text"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_whatever_fails_inside_is_said_plainly(failure: Exception) -> None:
    """By a command that writes and by a query."""

    def fails(_snapshot: Snapshot, _actor: Actor, _args: Arguments, _now: datetime) -> NoReturn:
        raise failure

    story = whole_story()
    request = Request("claim_task", "jonas", "$1", {"task_id": "6_7_0_0"})
    job = Job(request)
    computed = compute([job], story.tree, RowCache(), story.now, operations={"claim_task": fails}, settled=Settled())
    ((_, result),) = computed.unchanged
    assert computed.written == ()
    assert result.status in (409, 500)
    for text in spoken(result):
        plain(text, str(failure))
        assert SECRET not in text
    if result.status == 409:
        found = decide(request, story.snapshot, story.now, {"claim_task": fails})
        assert isinstance(found, Refusal)
        assert found.hint


def test_the_words_of_faults_of_the_machinery_are_plain() -> None:
    told = [value for module in (writer, api) for value in vars(module).values() if isinstance(value, Failure)]
    assert len(told) >= 4
    for failure in told:
        plain(failure.message, failure.code)
        plain(failure.hint, failure.code)
    for name in dir(forge_errors):
        kind = getattr(forge_errors, name)
        if isinstance(kind, type) and issubclass(kind, forge_errors.ForgeError):
            plain(kind.message, name)
            plain(kind.hint, name)


class Failing:
    """A Toolbox that fails in a way that nobody foresaw."""

    def perform(self, asked: Request) -> Result:
        raise RuntimeError(f"{SECRET} {asked}")

    def ready(self) -> bool:
        raise RuntimeError(SECRET)


def test_an_unforeseen_failure_is_no_page_of_the_server() -> None:
    client = api.create_app(Failing(), TOKEN, Buckets(burst=5, per_second=1)).test_client()
    body = {"actor": "maria", "request_id": "$1", "task_id": "6_1_2_0"}
    for answer in (
        client.post("/api/claim_task", json=body, headers={"Authorization": f"Bearer {TOKEN}"}),
        client.get("/health"),
    ):
        assert answer.status_code == 500
        error = answer.get_json()["error"]
        assert error["code"] == "internal_error"
        assert SECRET not in answer.get_data(as_text=True)
        plain(answer.get_data(as_text=True), "api")


def test_the_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the library's comparison, also for what is no text of ours; and a wrong one is never said back."""
    compared: list[tuple[Any, Any]] = []
    real = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr("smartup_tui.toolbox.api.hmac.compare_digest", compare)
    client = api.create_app(Failing(), TOKEN, Buckets(burst=5, per_second=1)).test_client()
    for given in (
        "",
        "Bearer wrong",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN} ",
        "Bearer \u00fc\u0142".encode().decode("latin-1"),
    ):
        answer = client.post("/api/claim_task", json={}, headers={"Authorization": given})
        assert answer.status_code == 401
        assert TOKEN not in answer.get_data(as_text=True)
    assert len(compared) == 5
    assert {type(value) for pair in compared for value in pair} == {bytes}


def test_answers_of_queries_are_plain() -> None:
    """On a ledger in which much has happened, for somebody who took part in it."""
    org = Organisation(whole_story().now, whole_story().tree)
    for command in CATALOGUE.values():
        if command.is_query and not any(argument.required for argument in command.arguments):
            answer = org.attempt(command.name, "jonas")
            assert isinstance(answer, Answer)
            for text in said(answer):
                plain(text, command.name)
