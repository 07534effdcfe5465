"""Every status of the forge has one meaning, and no error says more to an owner than it should."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from smartup_tui.forge import errors, responses
from smartup_tui.forge.errors import ConflictReason, ForgeError
from smartup_tui.forge.models import CommitRequest, FileChange, Identity
from smartup_tui.forge.responses import Answer

SECRET = "0123456789abcdef0123456789abcdef01234567"
RACE = "PushRejected Error: exit status 1 - ! [remote rejected] %s -> main (%s) /srv/git/repo.git"


def answer(status: int, message: str = "", **headers: str) -> Answer:
    body = json.dumps({"message": message, "url": f"https://forge.invalid/{SECRET}"}).encode()
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


WRITES: list[tuple[int, str, type[ForgeError]]] = [
    (400, "sha does not match [given: a, expected: b]", errors.Conflict),
    (400, "object does not exist", errors.Invalid),
    (401, "token is required", errors.Unauthorized),
    (403, "user should have a permission to write to this branch", errors.Forbidden),
    (403, RACE % (SECRET, "failed to update ref"), errors.Conflict),
    (403, RACE % (SECRET, "cannot lock ref 'refs/heads/main'"), errors.Conflict),
    (403, RACE % (SECRET + "x" * 900, "failed to update ref"), errors.Conflict),
    (403, RACE % (SECRET, "pre-receive hook declined"), errors.Forbidden),
    (404, "The target couldn't be found.", errors.NotFound),
    (408, "", errors.Ambiguous),
    (409, "sha does not match [given: a, expected: b]", errors.Conflict),
    (409, "", errors.Conflict),
    (413, "quota exceeded", errors.QuotaExceeded),
    (422, "sha does not match [given: a, expected: b]", errors.Conflict),
    (422, "repository file already exists [path: a.md]", errors.Conflict),
    (422, "path contains a malformed path component [path: it already exists/.git]", errors.Invalid),
    (422, "a SHA or commit ID must be provided when updating a file", errors.Invalid),
    (423, "archived", errors.Archived),
    (429, "", errors.RateLimited),
    (500, "", errors.Ambiguous),
    (500, RACE % (SECRET, "failed to update ref"), errors.Conflict),
    (500, "PushOutOfDate Error: exit status 1", errors.Conflict),
    (500, RACE % (SECRET, "pre-receive hook declined"), errors.Ambiguous),
    (502, "", errors.Ambiguous),
    (503, "", errors.Ambiguous),
    (504, "", errors.Ambiguous),
]
READS: list[tuple[int, type[ForgeError]]] = [
    (400, errors.Invalid),
    (401, errors.Unauthorized),
    (403, errors.Forbidden),
    (404, errors.NotFound),
    (405, errors.Invalid),
    (429, errors.RateLimited),
    (500, errors.ServerError),
    (503, errors.ServerError),
]


@pytest.mark.parametrize(("status", "message", "kind"), WRITES)
def test_each_refusal_of_a_write_has_its_meaning(status: int, message: str, kind: type[ForgeError]) -> None:
    assert type(responses.failure(answer(status, message), write=True)) is kind


@pytest.mark.parametrize(("status", "kind"), READS)
def test_each_failure_of_a_read_has_its_meaning(status: int, kind: type[ForgeError]) -> None:
    assert type(responses.failure(answer(status), write=False)) is kind


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (409, "sha does not match [given: a, expected: b]", ConflictReason.STALE),
        (422, "repository file already exists [path: a.md]", ConflictReason.EXISTS),
        (403, RACE % (SECRET, "failed to update ref"), ConflictReason.RACE),
    ],
)
def test_a_conflict_says_why(status: int, message: str, reason: ConflictReason) -> None:
    found = responses.failure(answer(status, message), write=True)
    assert isinstance(found, errors.Conflict)
    assert found.reason is reason


@pytest.mark.parametrize(("status", "message", "kind"), WRITES)
def test_what_an_owner_reads_has_a_way_out_and_no_inner_life(status: int, message: str, kind: type[ForgeError]) -> None:
    found = responses.failure(answer(status, message), write=True)
    shown = f"{found.message} {found.hint} {found} {found!r}"
    assert found.message.endswith(".")
    assert found.hint
    for inner in (SECRET, "forge.invalid", "/srv/git", "sha does"):
        assert inner not in shown


def test_the_servers_words_are_cleaned_for_the_log() -> None:
    found = responses.failure(answer(422, "bad \x1b[31m\nname" + "x" * 1000), write=True)
    assert "\x1b" not in found.detail
    assert "\n" not in found.detail
    assert len(found.detail) <= 300


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Sat, 21 Nov 2026 09:00:30 GMT", 30.0), ("Sat, 21 Nov 2020 09:00:30 GMT", 0.0), ("soon", None)],
)
def test_a_pause_is_read_in_both_forms(header: str, seconds: float | None) -> None:
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert responses.retry_after(answer(429, retry_after=header), now) == seconds


@pytest.mark.parametrize("body", [b"", b"<html>log in</html>", b'{"name": 3}', b"\xff\xfe", b"[]"])
def test_an_answer_that_is_no_forge_is_malformed(body: bytes) -> None:
    with pytest.raises(errors.Malformed):
        responses.branch(Answer(200, {}, body))


@pytest.mark.parametrize(
    ("text", "major", "safe"),
    [
        ("15.0.3+gitea-1.22.0", 15, True),
        ("12.0.0-dev-5+gitea-1.22.0", 12, True),
        ("11.0.15+gitea-1.22.0", 11, False),
        ("development", 0, False),
    ],
)
def test_versions(text: str, major: int, *, safe: bool) -> None:
    found = responses.version(Answer(200, {}, json.dumps({"version": text}).encode()))
    assert (found.major, found.safe_writes) == (major, safe)


def test_a_blob_that_is_not_its_id_is_not_accepted() -> None:
    body = json.dumps([{"sha": SECRET, "size": 2, "content": "aGk=", "encoding": "base64"}]).encode()
    with pytest.raises(errors.Malformed):
        responses.blobs(Answer(200, {}, body))


def test_a_range_must_be_the_one_asked_for() -> None:
    good = Answer(206, {"content-range": "bytes 4-5/6"}, b"ef")
    assert responses.raw(good, 4).data == b"ef"
    for start, body in ((3, b"ef"), (4, b"e")):
        with pytest.raises(errors.Malformed):
            responses.raw(Answer(206, {"content-range": "bytes 4-5/6"}, body), start)


@pytest.mark.parametrize("path", ["", "/a", "a//b", "../a", "a/.git/config", "a/./b", "x" * 501])
def test_paths_outside_a_repository_can_not_be_written(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        FileChange.create(path, b"")


def test_an_update_needs_the_blob_it_read() -> None:
    with pytest.raises(ValueError, match="blob id"):
        FileChange.update("a.md", b"", "")


def test_a_commit_names_each_file_once_and_has_a_message() -> None:
    person = Identity("sanna", "sanna@owners.invalid")
    twice = (FileChange.create("a", b""), FileChange.create("a", b""))
    for message, files in (("m", twice), ("m", ()), (" ", twice[:1])):
        with pytest.raises(ValueError, match="a commit"):
            CommitRequest("main", message, files, person, person)


@pytest.mark.parametrize(("name", "email"), [("", "a@b"), ("a", ""), ("a\nb", "a@b"), ("a", "<a@b>")])
def test_an_identity_can_not_be_empty_or_break_out(name: str, email: str) -> None:
    with pytest.raises(ValueError, match="identity"):
        Identity(name, email)
