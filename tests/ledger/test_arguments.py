"""What owners type becomes values, or one sentence that says what is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Argument, Command, Kind, Tier
from smartup_tui.ledger.arguments import Arguments, validate
from smartup_tui.ledger.change import Reason, Refusal
from smartup_tui.ledger.snapshot import Snapshot
from tests.ledger.files import ORGANISATION, ledger

ORG = Snapshot(ledger(ORGANISATION))


def command(*arguments: Argument) -> Command:
    return Command("probe", Tier.QUERIES, "s", "e", arguments)


def read(kind: Kind, given: object, **declared: Any) -> Arguments | Refusal:
    return validate(command(Argument("value", kind, "the value", **declared)), {"value": given}, ORG)


def good(kind: Kind, given: object, **declared: Any) -> object:
    found = read(kind, given, **declared)
    assert isinstance(found, Arguments), found
    return found["value"]


def bad(kind: Kind, given: object, **declared: Any) -> Refusal:
    found = read(kind, given, **declared)
    assert isinstance(found, Refusal), found
    assert found.field == "value"
    assert found.hint
    assert "\x1b" not in found.message
    return found


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (Kind.INTEGER, "7", 7),
        (Kind.INTEGER, 7, 7),
        (Kind.INTEGER, "-3", -3),
        (Kind.AMOUNT, "12.5", Decimal("12.50")),
        (Kind.AMOUNT, "-200", Decimal("-200.00")),
        (Kind.DATE, "2026-12-01", date(2026, 12, 1)),
        (Kind.TIME, "14:30", time(14, 30)),
        (Kind.TIME, "9.05", time(9, 5)),
        (Kind.TIME, "2026-01-05T14:30Z", datetime(2026, 1, 5, 14, 30, tzinfo=UTC)),
        (Kind.TIME, "2026-01-05 14:30", datetime(2026, 1, 5, 14, 30, tzinfo=UTC)),
        (Kind.TIME, "2026-01-05T14:30:00+01:00", datetime(2026, 1, 5, 13, 30, tzinfo=UTC)),
        (Kind.MATRIX_ID, "@maria:smartup0.org", "@maria:smartup0.org"),
        (Kind.MATRIX_ID, "@a:localhost:8448", "@a:localhost:8448"),
        (Kind.URL, "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        (Kind.COMMAND, "!Start-Work", "start_work"),
        (Kind.TEXT, "  two\r\nlines \n", "two\nlines"),
        (Kind.TASK, "6_1_2_0", "6_1_2_0"),
        (Kind.TASK, "6-1-2-0", "6_1_2_0"),
        (Kind.TASK, "6_1_2_0_draft_the_guide", "6_1_2_0"),
        (Kind.TASK, "draft the guide", "6_1_2_0"),
        (Kind.TASK, "Draft the l", "6_1_2_1"),
        (Kind.TASK, "überblick der", "6_1_2_2"),
        (Kind.OBJECTIVE, "onboarding", "5_1_2"),
        (Kind.TEAM, "operational_team", "3_7"),
        (Kind.OWNER, "@maria:smartup0.org", "maria"),
        (Kind.OWNER, "Maria", "maria"),
        (Kind.SESSION, "S_1", "s_1"),
        (Kind.PENDING, "g_1", "g_1"),
        (Kind.ROLE, "4_1_7", "4_1_7"),
        (Kind.ENTITY, "jonas", "jonas"),
        (Kind.ENTITY, "5_0", "5_0"),
    ],
)
def test_what_is_understood(kind: Kind, given: object, expected: object) -> None:
    assert good(kind, given) == expected


@pytest.mark.parametrize(
    ("kind", "given", "reason", "says"),
    [
        (Kind.INTEGER, "7.5", Reason.MALFORMED, "whole number"),
        (Kind.INTEGER, True, Reason.MALFORMED, "neither"),
        (Kind.INTEGER, 1.5, Reason.MALFORMED, "neither"),
        (Kind.INTEGER, ["7"], Reason.MALFORMED, "neither"),
        (Kind.AMOUNT, "12.505", Reason.MALFORMED, "amount"),
        (Kind.AMOUNT, "1e9", Reason.MALFORMED, "amount"),
        (Kind.DATE, "2026-02-30", Reason.MALFORMED, "date"),
        (Kind.DATE, "tomorrow", Reason.MALFORMED, "date"),
        (Kind.TIME, "25:00", Reason.MALFORMED, "UTC time"),
        (Kind.TIME, "2026-13-01T00:00Z", Reason.MALFORMED, "UTC time"),
        (Kind.MATRIX_ID, "maria", Reason.MALFORMED, "Matrix id"),
        (Kind.URL, "javascript:alert(1)", Reason.MALFORMED, "link"),
        (Kind.URL, "https://me:secret@example.org/", Reason.MALFORMED, "password"),
        (Kind.URL, "https://exa mple.org", Reason.MALFORMED, "link"),
        (Kind.URL, "https://[", Reason.MALFORMED, "link"),
        (Kind.COMMAND, "start_wrok", Reason.NOT_FOUND, "no command"),
        (Kind.WORD, "bell\x07", Reason.MALFORMED, "U+0007"),
        (Kind.TEXT, "a\u202eb", Reason.MALFORMED, "U+202E"),
        (Kind.TEXT, "x" * 201, Reason.MALFORMED, "201 characters"),
        (Kind.WORD, "two\nlines", Reason.MALFORMED, "line feed"),
        (Kind.TASK, "6_9_9_9", Reason.NOT_FOUND, "no task 6_9_9_9"),
        (Kind.TASK, "draft", Reason.MALFORMED, "6_1_2_0 Draft the guide; 6_1_2_1 Draft the letter"),
        (Kind.TASK, "5_1_2", Reason.NOT_FOUND, "no task"),
        (Kind.TASK, "???", Reason.NOT_FOUND, "no task"),
        (Kind.OWNER, "stranger", Reason.NOT_FOUND, "stranger"),
        (Kind.OWNER, "@stranger:smartup0.org", Reason.NOT_FOUND, "stranger"),
        (Kind.ENTITY, "nothing like it", Reason.NOT_FOUND, "nothing like it"),
    ],
)
def test_what_is_refused(kind: Kind, given: object, reason: Reason, says: str) -> None:
    refusal = bad(kind, given)
    assert refusal.reason is reason
    assert says in refusal.message


def test_bounds_and_choices_are_named() -> None:
    assert "from 1 to 10" in bad(Kind.INTEGER, "11", minimum=1, maximum=10).message
    assert "at least 1" in bad(Kind.AMOUNT, "0.50", minimum=1).message
    assert "small, large" in bad(Kind.CHOICE, "huge", choices=("small", "large")).message
    assert good(Kind.CHOICE, "SMALL", choices=("small", "large")) == "small"


def test_a_word_may_stand_in_an_ids_place() -> None:
    declared = {"accepts": (Kind.OBJECTIVE, Kind.TEAM), "choices": ("organisation",)}
    assert good(Kind.ENTITY, "Organisation", **declared) == "organisation"
    assert good(Kind.ENTITY, "3_7", **declared) == "3_7"
    assert "objective or team" in bad(Kind.ENTITY, "6_1_2_0", **declared).message


def test_a_title_is_one_line_and_free_text_is_several() -> None:
    assert bad(Kind.TEXT, "two\nlines", until="::").code == "bad_character"
    assert good(Kind.TEXT, "a\n\tb \U0001f468\u200d\U0001f469") == "a\n\tb \U0001f468\u200d\U0001f469"


def test_five_thousand_characters_of_notes_fit() -> None:
    notes = "word " * 1000
    found = validate(CATALOGUE["stop_work"], {"notes": notes}, ORG)
    assert isinstance(found, Arguments)
    assert found.text("notes") == notes.strip()


def test_missing_and_unknown_arguments_are_told_with_the_usage() -> None:
    missing = validate(CATALOGUE["assess_work"], {"session_id": "s_1"}, ORG)
    assert isinstance(missing, Refusal)
    assert (missing.code, missing.field) == ("missing_argument", "effort")
    assert missing.hint.startswith("Usage: !assess_work")
    blank = validate(CATALOGUE["stop_work"], {"notes": "  \n"}, ORG)
    assert isinstance(blank, Refusal)
    assert blank.field == "notes"
    unknown = validate(CATALOGUE["wallet"], {"owner": "maria"}, ORG)
    assert isinstance(unknown, Refusal)
    assert unknown.code == "unknown_argument"


def test_optional_arguments_that_were_not_given_are_absent() -> None:
    found = validate(CATALOGUE["claim_task"], {"task_id": "6_1_2_0", "seat": None}, ORG)
    assert isinstance(found, Arguments)
    assert dict(found) == {"task_id": "6_1_2_0"}
    assert found.optional("seat") is None
    with pytest.raises(KeyError):
        found.text("seat")


def test_values_do_not_show_in_a_repr() -> None:
    found = validate(CATALOGUE["stop_work"], {"notes": "a secret"}, ORG)
    assert "secret" not in repr(found)


def test_a_time_of_day_is_the_first_one_after_the_start() -> None:
    started = datetime(2026, 1, 5, 22, 0, tzinfo=UTC)
    probe = command(Argument("at", Kind.TIME, "t"))
    late = Arguments(probe, {"at": time(23, 15)})
    assert late.moment("at", started) == datetime(2026, 1, 5, 23, 15, tzinfo=UTC)
    after_midnight = Arguments(probe, {"at": time(0, 30)})
    assert after_midnight.moment("at", started) == datetime(2026, 1, 6, 0, 30, tzinfo=UTC)
    assert Arguments(probe, {}).moment("at", started) is None


@given(st.text(max_size=40), st.sampled_from(list(Kind)))
@settings(deadline=None)
def test_whatever_is_typed_gets_a_value_or_a_clean_sentence(typed: str, kind: Kind) -> None:
    found = validate(command(Argument("value", kind, "the value", required=False)), {"value": typed}, ORG)
    if isinstance(found, Refusal):
        assert found.message
        assert found.hint
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in found.message)
