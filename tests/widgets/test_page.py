from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from smartup_tui.screens.theme import DARK, VARIABLES
from smartup_tui.text import width
from smartup_tui.widgets.markdown import blocks, chunks
from smartup_tui.widgets.page import PageView
from smartup_tui.widgets.wrapping import lines_of
from tests.widgets.support import shown

SECTION = """## Part {i}

Some *text* with `code` and a [link](https://example.org/{i}) that goes on for a while, so that it has to be wrapped.

- [ ] one
- [x] two

```python
x = {i}
```

> quoted words

"""


def rendered(page: str, cells: int = 60) -> list[str]:
    """A page as the lines that are shown, blank ones between blocks included."""
    lines: list[str] = []
    for chunk in chunks(page):
        for block in blocks(chunk):
            if block.gap and lines:
                lines.append("")
            lines += ["".join(text for text, _ in line) for line in lines_of(block, cells)]
    return lines


class Pages(App[None]):
    def __init__(self, page: str) -> None:
        super().__init__()
        self._page = page

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {name: DARK[name] for name in VARIABLES}

    def compose(self) -> ComposeResult:
        yield PageView(self._page)

    def on_mount(self) -> None:
        self.view.focus()

    @property
    def view(self) -> PageView:
        return self.query_one(PageView)


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("# Title\n\nText.", ["Title", "─" * 20, "", "Text."]),
        ("- a\n- b\n  1. c\n  2. d", ["• a", "• b", "  1. c", "  2. d"]),
        ("3. c\n4. d", ["3. c", "4. d"]),
        ("Text\n- a\n- b\n\nmore", ["Text", "", "• a", "• b", "", "more"]),
        ("- [ ] open\n- [x] done", ["• [ ] open", "• [x] done"]),
        ("> said\n> again", ["│ said again"]),
        ("```\n  kept\n\n as is\n```", ["  kept", "", " as is"]),
        ("a `b` **c** *d*, e", ["a b c d, e"]),
        ("see [here](https://x.org)", ["see here", "<https://x.org>"]),
        ("<https://x.org>", ["https://x.org"]),
        ("![plan](p.png)", ["[image: plan]", "<p.png>"]),
        ("one  \ntwo\nthree", ["one", "two three"]),
        ("<b>not</b> html", ["<b>not</b> html"]),
        ("a\n\n---\n\nb", ["a", "", "─" * 20, "", "b"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghijklmnopqrst", "uvwxyz"]),
        ("", []),
    ],
)
def test_markdown_is_shown_as_plain_lines(page: str, lines: list[str]) -> None:
    assert rendered(page, 20) == lines


def test_a_table_is_aligned_and_its_long_cells_go_on_below() -> None:
    page = "| Task | Budget |\n|---|--:|\n| Draft the owners' guide | 100 |\n| x | 25 |"
    assert rendered(page, 30) == [
        "Task                    Budget",
        "──────────────────────  ──────",
        "Draft the owners'          100",
        "guide",
        "x                           25",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b]52;c;aGk=\x07",
        "&#x202e;gpj.exe",
        "&#27;[2J",
        "[x](https://a/&#x202e;b)",
        "`\x9b31m`",
        "| a\x1b |\n|---|\n| b |",
    ],
)
def test_nothing_hostile_gets_through(hostile: str) -> None:
    text = "\n".join(rendered(hostile))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


def test_console_markup_is_only_text() -> None:
    assert rendered("[@click=app.quit]x[/] [bold]y[/") == ["[@click=app.quit]x[/] [bold]y[/"]


@settings(max_examples=60)
@given(st.text(st.sampled_from("ab #*_`[]()>|-\n1.日x~!&<é\u0301 "), max_size=200), st.integers(10, 40))
def test_no_line_is_wider_than_the_window(page: str, cells: int) -> None:
    for chunk in chunks(page):
        for block in blocks(chunk):
            if width(block.first) + 8 <= cells and len(block.rows[0] if block.rows else ()) * 3 <= cells - width(
                block.first
            ):
                assert all(sum(width(text) for text, _ in line) <= cells for line in lines_of(block, cells))


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["word", "**bold**", "\n\n", "# head\n", "```\n# no head\n```\n", "- item\n", "日本"]),
        max_size=30,
    )
)
def test_reading_in_parts_is_reading_the_whole(parts: list[str]) -> None:
    page = " ".join(parts)
    assert [b.runs for chunk in chunks(page) for b in blocks(chunk)] == [b.runs for b in blocks(page)]


async def test_keys_scroll_and_the_end_is_the_end() -> None:
    app = Pages("".join(SECTION.replace("{i}", str(i)) for i in range(50)))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert shown(app)[0].startswith("Part 0")
        await pilot.press("j", "j")
        assert shown(app)[0].startswith("Some text with code")
        await pilot.press("G")
        assert "quoted words" in shown(app)[19]
        await pilot.press("pagedown")
        assert "quoted words" in shown(app)[19]
        await pilot.press("home", "k")
        assert shown(app)[0].startswith("Part 0")


async def test_a_resize_keeps_the_place() -> None:
    app = Pages("".join(SECTION.replace("{i}", str(i)) for i in range(50)))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        while not shown(app)[0].startswith("Part 20"):
            app.view.action_scroll_lines(1)
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert shown(app)[0].startswith("Part 20")


async def test_another_page_begins_at_its_top_and_a_newer_one_where_it_was() -> None:
    page = "".join(SECTION.replace("{i}", str(i)) for i in range(50))
    app = Pages(page)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("pagedown")
        top = app.view.top
        app.view.show(page + "\nnew", keep_place=True)
        assert app.view.top == top
        app.view.show("# Other")
        await pilot.pause()
        assert shown(app)[0].startswith("Other")


async def test_of_a_page_of_200_kb_only_what_is_reached_is_worked_out() -> None:
    page = "".join(SECTION.replace("{i}", str(i)) for i in range(1_000))
    assert len(page) > 190_000
    app = Pages("")
    async with app.run_test(size=(60, 20)) as pilot:
        app.view.show(page)
        await pilot.pause()
        assert shown(app)[0].startswith("Part 0")
        assert len(app.view._blocks) < 30
        app.view.show(page + "\nnew", keep_place=True)
        await pilot.pause()
        assert len(app.view._blocks) < 30
        await pilot.press("G")
        assert shown(app)[19].startswith("new")
