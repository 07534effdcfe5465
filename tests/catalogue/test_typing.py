"""What the command line offers and says while one types."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.catalogue import Kind
from smartup_tui.catalogue.complete import complete
from smartup_tui.catalogue.explain import explain

KNOWN = {
    Kind.TASK: [("6_1_2_0", "Draft the owners' guide"), ("6_1_2_3", "Proof-read"), ("6_7_0_1", "Backup drill")],
    Kind.TEAM: [("3_1", "Leadership"), ("3_7", "Operational")],
    Kind.OBJECTIVE: [("5_1_2", "Guide"), ("5_0", "MVP ready")],
    Kind.OWNER: [("maria", "work"), ("bob", "watch")],
}


class Ledger:
    """A few ids."""

    def candidates(self, kind: Kind, prefix: str, limit: int) -> Sequence[tuple[str, str]]:
        typed = prefix.lower()
        found = [c for c in KNOWN.get(kind, []) if c[0].startswith(typed) or c[1].lower().startswith(typed)]
        return found[:limit]


def offered(text: str) -> list[str]:
    """The text after taking each offer at the end of `text`."""
    return [text[: c.start] + c.text + text[c.end :] for c in complete(text, len(text), Ledger())]


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("!cl", ["!clock ", "!claim_task ", "!decline_application "]),
        ("cl", ["clock ", "claim_task ", "decline_application "]),
        ("!Start-W", ["!start_work "]),
        ("!work", ["!start_work ", "!stop_work ", "!assess_work "]),
        ("!claim_task 6_1", ["!claim_task 6_1_2_0 ", "!claim_task 6_1_2_3 "]),
        ("claim_task back", ["claim_task 6_7_0_1 "]),
        ('!claim_task "Draft the', ["!claim_task 6_1_2_0 "]),
        ("!task Draft the o", ["!task 6_1_2_0"]),
        ("!claim_task 6_1_2_0 ", ["!claim_task 6_1_2_0 attacker", "!claim_task 6_1_2_0 defender"]),
        ("!claim_task 6_1_2_0 D", ["!claim_task 6_1_2_0 defender"]),
        ("!open_tasks m", ["!open_tasks 5_0 ", "!open_tasks medium"]),
        ("!stop_work ", ["!stop_work at=", "!stop_work evidence="]),
        ("!stop_work e", ["!stop_work evidence="]),
        ("!stop_work at=10:00 e", ["!stop_work at=10:00 evidence="]),
        ("!stop_work we agreed e", []),
        ("!help st", ["!help start_work", "!help stop_work"]),
        ("!create_objective 5_0 team=3_", ["!create_objective 5_0 team=3_1", "!create_objective 5_0 team=3_7"]),
        ("!my_tasks ", []),
        ("!xyzzy 6", []),
    ],
)
def test_offers_complete_the_word_at_the_cursor(text: str, offers: list[str]) -> None:
    assert offered(text) == offers


def test_the_first_offers_are_the_commands_of_rooms() -> None:
    names = [c.label for c in complete("", 0, Ledger(), limit=50)]
    assert "!start_work" in names
    assert "!settle" not in names


def test_what_stands_behind_the_cursor_stays() -> None:
    (only,) = complete("!claim_task 6_7 defender", len("!claim_task 6_7"), Ledger())
    assert (only.text, only.start, only.end) == ("6_7_0_1 ", 12, 15)


@pytest.mark.parametrize(
    ("text", "ok", "said", "at"),
    [
        ("", False, "Type a command; Tab completes it, Up brings those before.", None),
        ("!cl", False, "!clock · !claim_task", None),
        ("!claim_task ", False, "claim_task: the task", None),
        (
            "claim_task 6_1_2_0",
            True,
            "take a free seat of a task · 6_1_2_0 Draft the owners' guide · optional: seat",
            None,
        ),
        (
            "!claim_task 6_1_2_0 at",
            False,
            "claim_task: the seat; the first free one if left out (attacker, defender)",
            None,
        ),
        ("!claim_task 6_1_2_0 x", False, "The seat is attacker or defender, not “x”.", 20),
        ("claim_task 6_1_2_0 x", False, "The seat is attacker or defender, not “x”.", 19),
        ("!start_work 9_9_9_9", False, "No task 9_9_9_9 is known here.", 12),
        ("!start_work 6_1", False, "“6_1” may be 6_1_2_0 or 6_1_2_3.", 12),
        ("!stop_work We agreed", True, "clock out and hand over; the session goes to review", None),
        ("!create_task 5_1_2 small Tidy", False, "create_task: :: and then why it matters and when it is done", None),
        ("!create_task 5_1_2 small Tidy ::", False, "create_task: why it matters and when it is done", None),
        ("!help sta", False, "help: the command to explain", None),
        ("!xyzzy", False, "There is no command !xyzzy. !help lists what there is.", 0),
        ("!my_tasks now", False, "!my_tasks stands alone; “now” is too much.", 10),
        ("!5", False, "A command begins with a letter, such as !my_tasks.", 0),
    ],
)
def test_one_line_says_what_is_understood_or_missing_or_wrong(text: str, ok: bool, said: str, at: int | None) -> None:
    found = explain(text, Ledger())
    assert (found.ok, found.text, found.at) == (ok, said, at)


@given(st.text(max_size=60), st.integers(0, 70))
@settings(max_examples=300, deadline=None)
def test_typing_anything_is_safe(text: str, cursor: int) -> None:
    for whole in (text, f"!create_task {text}", f"claim_task {text}", f"!stop_work {text}"):
        at = min(cursor, len(whole))
        assert "\n" not in explain(whole, Ledger()).text
        for offer in complete(whole, at, Ledger()):
            assert 0 <= offer.start <= offer.end <= at
