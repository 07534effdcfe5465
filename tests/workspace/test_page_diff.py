"""A difference tells all that changed, and nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.workspace.page_diff import DiffLine, compare

LINES = st.lists(st.sampled_from(["one", "two words", "two other words", "", "# head", "x" * 50]), max_size=14)


@settings(max_examples=120, deadline=None)
@given(LINES, LINES)
def test_both_versions_can_be_read_off_it(old: list[str], new: list[str]) -> None:
    # Enough around each change that nothing is left out.
    diff = compare("\n".join(old), "\n".join(new))
    if any(line.sign == "…" for line in diff.lines) or not diff.lines:
        return
    assert [line.text for line in diff.lines if line.sign in " -"] == "\n".join(old).splitlines()
    assert [line.text for line in diff.lines if line.sign in " +"] == "\n".join(new).splitlines()


def changed(line: DiffLine) -> list[str]:
    return [text.strip() for text, new in line.pieces if new and text.strip()]


def test_within_a_line_the_words_are_told() -> None:
    diff = compare("Step 6 copies the key.\n", "Step 7 copies the key twice.\n")
    assert [(line.sign, changed(line)) for line in diff.lines] == [("-", ["6"]), ("+", ["7", "twice"])]
    assert (diff.added, diff.removed) == (1, 1)


def test_lines_that_have_nothing_in_common_are_not_mixed() -> None:
    diff = compare("alpha beta gamma\n", "entirely other text\n")
    assert all(not changed(line) for line in diff.lines)


def test_what_is_far_from_a_change_is_counted() -> None:
    old = "\n".join(f"line {n}" for n in range(30))
    diff = compare(old, old.replace("line 15", "line fifteen"))
    assert [line.text for line in diff.lines if line.sign == "…"] == ["13", "12"]
    assert len(diff.lines) == 8


def test_a_huge_change_is_answered_at_once() -> None:
    old = "\n".join(f"a {n}" for n in range(20_000))
    new = "\n".join(f"b {n}" for n in range(20_000))
    diff = compare(old, new)
    assert (diff.added, diff.removed) == (20_000, 20_000)
