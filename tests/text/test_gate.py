from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartup_tui.text import clean, clean_line, refuse

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]
UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
VISIBLE_SIGNS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13460)}
"""Format characters that take room on the screen: number signs over digits, joiners of hieroglyphs."""


def test_of_all_control_and_format_characters_only_newline_joiner_and_visible_signs_survive() -> None:
    survivors = {ord(c) for c in EVERY if unicodedata.category(c) in UNSAFE and c in clean(c)}
    assert survivors <= {0x0A, 0x200D} | VISIBLE_SIGNS
    assert {0x0A, 0x200D, 0x600} <= survivors


def test_in_one_line_not_even_newline_and_joiner_survive() -> None:
    survivors = {ord(c) for c in EVERY if unicodedata.category(c) in UNSAFE and c in clean_line(f"a{c}b")}
    assert survivors <= VISIBLE_SIGNS


def test_letters_digits_marks_and_signs_are_untouched() -> None:
    wanted = [c for c in EVERY if unicodedata.category(c) in {"Lu", "Ll", "Nd", "Sm", "Sc", "Po", "Ps", "Pe"}]
    assert [c for c in wanted if clean(c) != c] == []


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31mred", "\ufffd31mred"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("pay\u200bload\U000e0041", "payload"),
        ("a\tb\r\nc\rd", "a    b\nc␍d"),
        ("one\u2028two", "one\ntwo"),
        ("\ud800x", "\ufffdx"),
        ("\x00\x7f", "␀␡"),
    ],
)
def test_a_body_shows_what_was_hidden_in_it(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_a_name_is_one_line_without_repeated_blanks() -> None:
    assert clean_line("  Robbert\n\n  the\u00a0 founder\t!") == "Robbert the founder !"


@pytest.mark.parametrize("value", [None, 7, {"body": "x"}, ["x"], b"x"])
def test_what_is_not_text_is_shown_as_nothing(value: object) -> None:
    assert clean(value) == ""
    assert clean_line(value) == ""


def test_a_huge_message_is_cut_by_characters_and_by_lines_and_says_so() -> None:
    assert clean("x" * 70_000) == "x" * 16_000 + "…"
    assert clean("\n" * 1_000).count("\n") == 399
    assert clean("a\nb\nc", lines=2) == "a\nb…"
    assert clean_line("y" * 200, limit=10) == "y" * 9 + "…"
    assert clean_line("\u200b" * 100_000 + "late", limit=10) == "…"


@pytest.mark.parametrize("mark", ["\u0301", "\u0e47", "\u05b0", "\u20dd"])
def test_stacked_marks_are_limited_to_three(mark: str) -> None:
    assert clean("ก" + mark * 50 + "b").count(mark) == 3


def test_a_letter_with_two_marks_is_left_alone() -> None:
    assert clean("Việt e\u0302\u0301") == "Việt e\u0302\u0301"


@given(st.text(st.characters(), max_size=300))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    line = clean_line(text)
    assert clean_line(line) == line
    assert "\n" not in line


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_line_that_may_be_written_hides_nothing(text: str) -> None:
    if refuse(text, multiline=False) is None:
        assert all(unicodedata.category(c) not in UNSAFE or ord(c) in VISIBLE_SIGNS for c in text)


def test_refusal_names_the_first_offence_and_its_place() -> None:
    assert refuse("fine", multiline=False) is None
    assert refuse("a\x1b[31m", multiline=False) == "U+001B (escape) at character 2"
    assert refuse("one\ntwo\u202e", multiline=True) == "U+202E (right-to-left override) at line 2, character 4"
    assert refuse("one\ntwo", multiline=False) == "U+000A (line feed) at character 4"
    assert refuse("\x80", multiline=False) == "U+0080 (control character) at character 1"
    assert refuse("\ud800", multiline=True) == "U+D800 (surrogate) at line 1, character 1"


def test_a_note_may_have_lines_tabs_and_emoji() -> None:
    assert refuse("steps:\n\t1. done ❤\ufe0f 👩\u200d💻", multiline=True) is None


def test_everything_invisible_is_refused_on_the_write_path() -> None:
    allowed = {c for c in EVERY if unicodedata.category(c) in UNSAFE and refuse(c, multiline=True) is None}
    assert {ord(c) for c in allowed} <= {0x09, 0x0A, 0x200D} | VISIBLE_SIGNS
