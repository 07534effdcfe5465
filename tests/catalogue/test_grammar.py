"""The grammar: what a message means, what is answered to a mistake, and writing as the inverse of reading."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smartup_tui.catalogue import CATALOGUE, Argument, Command, Kind
from smartup_tui.catalogue.grammar import FormatError, Misread, Parsed, parse, write
from smartup_tui.text import refuse


def understood(text: str) -> dict[str, str]:
    """The arguments of a text that must be understood."""
    found = parse(text)
    assert isinstance(found, Parsed), found
    return dict(found.arguments)


def misread(text: str) -> Misread:
    """The answer to a text that must not be understood."""
    found = parse(text)
    assert isinstance(found, Misread), found
    return found


@pytest.mark.parametrize("text", ["", "hello", "!", "!!! wow", "! start_work 6_1_2_0", "!5", "we use !start_work here"])
def test_what_does_not_begin_with_a_command_is_conversation(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("name", ["claim_task", "CLAIM_TASK", "Claim-Task", "start_task"])
def test_spelling_of_names_and_old_names_do_not_matter(name: str) -> None:
    found = parse(f"!{name} 6_1_2_0")
    assert found == Parsed(CATALOGUE["claim_task"], {"task_id": "6_1_2_0"})


def test_free_text_goes_verbatim_to_the_end_of_the_message() -> None:
    notes = 'Outline "agreed" :: two examples\n\n- missing=1\n    see  the page'
    assert understood(f"!stop_work at=9:30 evidence=https://x.example/1 {notes}\n") == {
        "at": "09:30",
        "evidence": "https://x.example/1",
        "notes": notes,
    }


def test_free_text_begins_at_the_first_word_that_is_no_declared_option() -> None:
    assert understood("!stop_work room=3 at=10:00 was full") == {"notes": "room=3 at=10:00 was full"}
    assert understood("!stop_work\nat=10:00\nAll done") == {"at": "10:00", "notes": "All done"}
    assert understood("!stop_work at=10:00 at=noon we ate") == {"at": "10:00", "notes": "at=noon we ate"}


@pytest.mark.parametrize(
    ("typed", "meant"), [("9:30", "09:30"), ("14.30", "14:30"), ("14:30Z", "14:30"), ("2026-12-01T14:30Z",) * 2]
)
def test_times_of_day_are_read_in_any_usual_spelling(typed: str, meant: str) -> None:
    assert understood(f"!stop_work at={typed} done")["at"] == meant


def test_a_separator_divides_two_texts() -> None:
    assert understood("!create_task 5_1_2 medium due=2026-12-01 Learn C:: well :: Because a::b") == {
        "objective_id": "5_1_2",
        "size": "medium",
        "due": "2026-12-01",
        "title": "Learn C:: well",
        "why": "Because a::b",
    }
    assert understood("!create_task 5_1_2 small Tidy::It is late")["why"] == "It is late"


def test_quotes_delimit_what_is_not_last() -> None:
    assert understood('!claim_task "Draft the guide" Attacker') == {"task_id": "Draft the guide", "seat": "attacker"}
    assert understood("!claim_task “Draft the guide”") == {"task_id": "Draft the guide"}
    assert understood("!task Draft the guide") == {"task_id": "Draft the guide"}
    assert understood('!register_smartup "Zero ""0"" Coop" rob @r:x founding_sc=82200')["name"] == 'Zero "0" Coop'


def test_a_word_that_a_later_choice_lists_is_that_choice_unless_quoted() -> None:
    assert understood("!open_tasks Medium") == {"size": "medium"}
    assert understood('!open_tasks "medium"') == {"within": "medium"}
    assert understood("!open_tasks 3_7 small") == {"within": "3_7", "size": "small"}


def test_an_optional_last_text_may_be_left_out() -> None:
    assert understood("!assess_work s_42 8 7 9 share=50") == {
        "session_id": "s_42",
        "effort": "8",
        "learning": "7",
        "collaboration": "9",
        "share": "50",
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("!strat_work 6_1", "There is no command !strat_work. The nearest is !start_work."),
        ("!xyzzy", "There is no command !xyzzy. !help lists what there is."),
        ("!claim_task", "!claim_task needs the task."),
        ("!stop_work", "!stop_work needs the hand-over notes."),
        ("!claim_task 6_1_2_0 left", "The seat is attacker or defender, not “left”."),
        ("!create_task 5_1_2 medium Tidy up", "!create_task needs the why, behind ::."),
        ("!my_tasks please", "!my_tasks stands alone; “please” is too much."),
        ("!assess_work s_42 8 77 9", "The learning is a whole number from 1 to 10, not “77”."),
        ("!task “6_1", "The quotes around the task are not closed."),
        ("!start_work 6_1\x1b[2J", "The task can not hold U+001B (escape) at character 4."),
        ("!record_treasury DEPOSIT 1,000 x", "The amount eur is an amount such as 25 or 12.50, not “1,000”."),
        ("!wallet maria and bob", "The alias is one word, not “maria and bob”."),
        ("!create_task 5_1_2 small due=soon A :: b", "The due is a day such as 2026-12-01, not “soon”."),
        ("!stop_work at=later x", "The time in at= is written 14:30 or 2026-12-01T14:30Z, and is UTC; “later” is not."),
        (
            "!stop_work at=2026-12-01 x",
            "The time in at= is written 14:30 or 2026-12-01T14:30Z, and is UTC; “2026-12-01” is not.",
        ),
        ("!stop_work evidence=ftp://x y", "The evidence is a link that begins with https://, not “ftp://x”."),
        ("!help frobnicate", "There is no command “frobnicate”."),
        ("!help claim", "There is no command “claim”. The nearest is !claim_task."),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(text: str, problem: str) -> None:
    assert misread(text).problem == problem


def test_the_answer_says_what_was_understood_what_is_missing_and_the_usage() -> None:
    answer = misread("!create_task 5_1_2 due=2026-12-01 tiny")
    assert answer.lines == (
        "The size is small, medium, large or complex, not “tiny”.",
        "Understood: objective 5_1_2, due 2026-12-01.",
        "Missing: title, why.",
        "Usage: !create_task <objective_id> <small|medium|large|complex> [due=<date>] <title> :: <why>",
    )
    assert answer.position == len("!create_task 5_1_2 due=2026-12-01 ")
    assert misread("!strat_work").lines[-1] == "Usage: !start_work <task_id>"


def test_a_title_of_several_words_in_the_middle_is_told_about_quotes() -> None:
    assert "needs quotes" in misread("!claim_task Draft the guide attacker").problem


def test_notes_that_are_too_long_are_answered_with_the_limit() -> None:
    assert "10000 are the limit" in misread("!stop_work " + "x" * 10_001).problem
    assert understood("!stop_work " + "x" * 5_000)["notes"] == "x" * 5_000


def test_text_that_would_be_read_as_an_option_is_refused_when_written() -> None:
    with pytest.raises(FormatError, match="can not begin with at= or evidence="):
        write(CATALOGUE["stop_work"], {"notes": "at=10:00 was the time"})
    with pytest.raises(FormatError, match="can not hold ::"):
        write(CATALOGUE["create_task"], {"objective_id": "5_1", "size": "small", "title": "a :: b", "why": "c"})
    with pytest.raises(FormatError, match="needs the task"):
        write(CATALOGUE["start_work"], {})


def test_blanks_are_quoted_where_an_argument_that_was_left_out_could_take_the_rest() -> None:
    text = write(CATALOGUE["accept_application"], {"application_id": "a 5"})
    assert text == '!accept_application "a 5"'
    assert parse(text) == Parsed(CATALOGUE["accept_application"], {"application_id": "a 5"})


@pytest.mark.parametrize("command", CATALOGUE.values(), ids=lambda c: c.name)
def test_every_example_is_understood_as_its_own_command(command: Command) -> None:
    found = parse(command.example)
    assert isinstance(found, Parsed)
    assert found.command is command
    assert write(command, found.arguments) == command.example


_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=30)
_LINES = st.text(min_size=1, max_size=120)


def _clean(text: str, *, multiline: bool) -> bool:
    return bool(text.strip()) and text == text.strip() and refuse(text, multiline=multiline) is None


def _values(argument: Argument) -> st.SearchStrategy[str]:
    match argument.kind:
        case Kind.TEXT:
            several = argument.until is None
            return (_LINES if several else _LINE).filter(lambda text: _clean(text, multiline=several))
        case Kind.CHOICE:
            return st.sampled_from(argument.choices)
        case Kind.INTEGER:
            return st.integers(argument.minimum or 0, argument.maximum or 1000).map(str)
        case Kind.AMOUNT:
            return st.decimals(-1000, 1000, places=2).map(str)
        case Kind.DATE:
            return st.dates().map(lambda day: day.isoformat())
        case Kind.TIME:
            return st.times().map(lambda time: time.strftime("%H:%M")) | st.just("2026-12-01 14:30Z")
        case Kind.URL:
            return st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9_=\"-]{0,9}", fullmatch=True)
        case Kind.MATRIX_ID:
            return st.from_regex(r"@[a-z]{1,8}:[a-z.]{1,9}", fullmatch=True)
        case Kind.COMMAND:
            return st.sampled_from(sorted(CATALOGUE))
        case Kind.OWNER:
            return st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
        case _:
            ids = st.sampled_from(["6_1_2_0", "5_0", "3_7", "s_42", "medium", "at=x", "team=3_1", '"', "“x”", "::"])
            return ids | _LINE.filter(lambda text: _clean(text, multiline=False) and text not in argument.choices)


@st.composite
def _written(draw: st.DrawFn) -> tuple[Command, dict[str, str]]:
    command = draw(st.sampled_from(sorted(CATALOGUE.values(), key=lambda c: c.name)))
    arguments = {a.name: draw(_values(a)) for a in command.arguments if a.required or draw(st.booleans())}
    return command, arguments


@given(_written())
@settings(max_examples=400, deadline=None)
def test_what_can_be_written_is_read_back_as_it_was(written: tuple[Command, dict[str, str]]) -> None:
    command, arguments = written
    try:
        text = write(command, arguments)
    except FormatError:
        texts = [arguments[a.name] for a in command.arguments if a.kind is Kind.TEXT and a.name in arguments]
        explained = any("::" in text or "=" in text for text in texts)
        assume(not explained)
        raise
    assert parse(text) == Parsed(command, arguments)


@given(st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_no_text_is_too_strange_to_be_answered(tail: str) -> None:
    for text in (tail, f"!{tail}", f"!create_task {tail}", f"!stop_work {tail}", f"!open_tasks {tail}"):
        found = parse(text)
        if isinstance(found, Misread):
            assert found.lines
            assert 0 <= found.position <= len(text)
