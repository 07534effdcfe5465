from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from smartup_tui.widgets.columns import Column, lay_out
from smartup_tui.widgets.table import ListSource, Row, VirtualTable
from tests.widgets.demo import COLUMNS, Demo, Many
from tests.widgets.support import shown


class Tables(App[None]):
    """One table in an ordinary application."""

    CSS = "Screen { layout: vertical; } VirtualTable { height: 11; }"

    def __init__(self, count: int = 1_000) -> None:
        super().__init__()
        self.source = Many(count)
        self.seen: list[str | None] = []
        self.opened: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        from smartup_tui.screens.theme import DARK, VARIABLES

        return {name: DARK[name] for name in VARIABLES}

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, empty="No tasks yet.")

    def on_mount(self) -> None:
        self.table.set_source(self.source)
        self.table.focus()

    @property
    def table(self) -> VirtualTable:
        return self.query_one(VirtualTable)

    def on_virtual_table_selected(self, message: VirtualTable.Selected) -> None:
        self.seen.append(message.row_id)

    def on_virtual_table_activated(self, message: VirtualTable.Activated) -> None:
        self.opened.append(message.row_id)


async def test_the_first_row_is_selected_and_marked_by_a_sign() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        assert shown(app)[0].split() == ["Task", "Title", "Seat", "Status", "Budget"]
        assert shown(app)[1].startswith("▸ 6_0")
        assert app.seen == ["6_0"]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        (["j", "down"], 2),
        (["end", "k", "up"], 997),
        (["G", "home"], 0),
        (["pagedown"], 10),
        (["ctrl+f", "ctrl+b"], 0),
        (["ctrl+d", "ctrl+d", "ctrl+u"], 5),
        (["k"], 0),
    ],
)
async def test_vim_and_arrow_keys_move_the_cursor(keys: list[str], row: int) -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press(*keys)
        assert app.table.selected == f"6_{row}"
        assert app.seen[-1] == f"6_{row}"
        assert any(line.startswith(f"▸ 6_{row} ") for line in shown(app))


async def test_at_the_edge_the_view_moves_by_half_a_page() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press(*["j"] * 9)
        assert shown(app)[1].startswith("  6_0 ")
        await pilot.press("j")
        assert shown(app)[1].startswith("  6_6 ")
        await pilot.press(*["j"] * 5)
        assert shown(app)[1].startswith("  6_6 ")
        await pilot.press(*["k"] * 10)
        assert shown(app)[1].startswith("  6_0 ")


async def test_enter_opens_the_selected_row() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("j", "enter")
        assert app.opened == ["6_1"]


async def test_a_click_selects_and_a_second_click_opens() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.click(VirtualTable, offset=(5, 4))
        assert app.table.selected == "6_3"
        await pilot.click(VirtualTable, offset=(5, 4))
        assert app.opened == ["6_3"]


async def test_a_refresh_keeps_the_selection_by_id_and_its_line() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press(*["j"] * 4)
        rows = [Row(f"new{i}", (f"new{i}",)) for i in range(50)] + list(app.source.rows(0, 1_000))
        app.table.set_source(ListSource(rows))
        await pilot.pause()
        assert app.table.selected == "6_4"
        assert shown(app)[5].startswith("▸ 6_4")
        assert app.seen[-1] == "6_4"


async def test_if_the_selected_row_is_gone_its_place_is_kept() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("j", "j")
        app.table.set_source(ListSource([Row("a", ("a",)), Row("b", ("b",))]))
        await pilot.pause()
        app.table.set_source(ListSource())
        await pilot.pause()
        assert app.seen[-2:] == ["b", None]
        assert "No tasks yet." in shown(app)[1]
        await pilot.press("j", "enter", "pagedown")
        assert app.opened == []


async def test_only_a_window_is_asked_for() -> None:
    app = Tables(1_000_000)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("G", "home", "pagedown")
        assert app.table.position == "11 of 1,000,000"
        assert app.source.asked < 1_000


async def test_a_row_is_found_by_its_id() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)):
        assert app.table.select("6_500")
        assert not app.table.select("6_5000")
        assert app.table.selected == "6_500"


async def test_hostile_cells_are_harmless() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        app.table.set_source(ListSource([Row("x", ("[@click=app.quit]x[/", "\x1b]52;c;aGk=\x07\u202e日本", "a\nb"))]))
        await pilot.pause()
        text = "\n".join(shown(app))
        assert "[@click=" in text
        assert "␛]52" in text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


async def test_a_resize_keeps_the_cursor_in_view() -> None:
    app = Tables()
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press(*["j"] * 9)
        app.table.styles.height = 5
        await pilot.pause()
        assert any(line.startswith("▸ 6_9") for line in shown(app))


async def test_in_ascii_the_cursor_is_an_arrow_head() -> None:
    from smartup_tui.config import Settings

    app = Demo(Settings(ascii=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = "\n".join(shown(app))
        assert "> 6_0" in text
        assert text.isascii()


def test_columns_give_way_in_their_order() -> None:
    titles = {width: [COLUMNS[i].title for i, _ in lay_out(COLUMNS, width, 2)] for width in (100, 56, 44)}
    assert titles[100] == ["Task", "Title", "Seat", "Status", "Budget"]
    assert titles[56] == ["Task", "Title", "Status", "Budget"]
    assert titles[44] == ["Task", "Title", "Budget"]


@given(
    st.lists(
        st.builds(
            Column,
            st.just("x"),
            st.none() | st.integers(1, 30),
            st.integers(1, 20),
            st.integers(1, 4),
            drop=st.integers(0, 3),
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 200),
)
def test_columns_never_take_more_than_there_is(columns: list[Column], width: int) -> None:
    laid = lay_out(columns, width, 2)
    assert sum(cells for _, cells in laid) <= width
    if any(columns[i].width is None for i, _ in laid) and sum(c for _, c in laid) + 2 * (len(laid) - 1) != width:
        needed = sum(columns[i].width or columns[i].minimum for i, _ in laid) + 2 * (len(laid) - 1)
        assert needed > width


async def test_a_column_of_ids_grows_with_them_and_never_narrows() -> None:
    app = Tables()
    async with app.run_test(size=(60, 12)) as pilot:
        ids = [f"6_1_{n}" for n in range(300)] + ["6_10_112_27"] + [f"7_1_{n}" for n in range(300)] + ["7" * 40]
        app.table.show_columns((Column("Task", width=7, most=12), Column("Title")), "")
        app.table.set_source(ListSource([Row(row_id, (row_id, "Draft the map")) for row_id in ids]))
        await pilot.pause()
        assert shown(app)[1].startswith("▸ 6_1_0    Draft the map")
        app.table.select("6_10_112_27")
        await pilot.pause()
        await pilot.pause()
        assert "▸ 6_10_112_27  Draft the map" in "\n".join(shown(app))
        app.table.select("6_1_0")
        await pilot.pause()
        await pilot.pause()
        assert shown(app)[1].startswith("▸ 6_1_0        Draft the map")
        app.table.select(ids[-1])
        await pilot.pause()
        await pilot.pause()
        assert f"▸ {'7' * 11}…  Draft the map" in "\n".join(shown(app))
