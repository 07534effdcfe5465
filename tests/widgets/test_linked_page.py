"""Links of a page are walked by keys; a sign says where they are and which one is in hand."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import App, ComposeResult

from smartup_tui.screens.theme import DARK, VARIABLES
from smartup_tui.widgets.linked_page import LinkedPage
from smartup_tui.workspace import links
from tests.widgets.support import shown

PAGE = """# Links

See [one](one.md), 6_1_2_0 and [outside](https://example.org/a).
[dead](dead.md) leads nowhere; `4_3_1` is one in code.

| Task | Title |
|---|---|
| 6_1_2_3 | [last one](last.md) |
"""


class Everywhere:
    def leads(self, target: str) -> bool:
        return target != "dead.md"

    def in_text(self, text: str) -> Iterable[tuple[int, int, str]]:
        return links.in_text(text)

    def is_outside(self, target: str) -> bool:
        return links.is_outside(target)


class Pages(App[None]):
    def __init__(self, page: str) -> None:
        super().__init__()
        self._page = page
        self.taken: list[str | None] = []
        self.followed: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {name: DARK[name] for name in VARIABLES}

    def compose(self) -> ComposeResult:
        yield LinkedPage(Everywhere())

    def on_mount(self) -> None:
        self.view.show(self._page)
        self.view.focus()

    @property
    def view(self) -> LinkedPage:
        return self.query_one(LinkedPage)

    def on_linked_page_taken(self, event: LinkedPage.Taken) -> None:
        self.taken.append(event.target)

    def on_linked_page_followed(self, event: LinkedPage.Followed) -> None:
        self.followed.append(event.target)


async def test_every_link_has_a_sign_and_the_one_in_hand_another() -> None:
    app = Pages(PAGE)
    async with app.run_test(size=(70, 20)) as pilot:
        await pilot.pause()
        text = "\n".join(shown(app))
        assert "See ›one, ›6_1_2_0 and ›outside <https://example.org/a>." in text
        assert "dead <dead.md> leads nowhere; ›4_3_1 is one in code." in " ".join(text.split())
        assert "›last one" in text
        await pilot.press("n", "n")
        text = "\n".join(shown(app))
        assert "›one, ▸6_1_2_0 and" in text
        await pilot.press("N")
        assert "▸one, ›6_1_2_0 and" in "\n".join(shown(app))
        await pilot.press("enter")
        assert app.followed == ["one.md"]
        await pilot.press("n", "n", "n", "n", "n", "n")
        assert app.taken[-2:] == ["last.md", None]


async def test_links_far_below_are_brought_into_view() -> None:
    app = Pages("# Far\n\n" + "Some words.\n\n" * 60 + "[far](far.md)\n\n" + "More.\n\n" * 60)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        await pilot.press("n")
        assert any("▸far" in line for line in shown(app))
        place = app.view.top
        assert place > 60
        await pilot.press("home", "n")  # out of sight, it is the next one from here
        assert app.taken[-1] == "far.md"
        app.view.stand_at(place, 0)
        await pilot.pause()
        assert any("▸far" in line for line in shown(app))
        app.view.show("# Other")
        assert app.view.target is None


async def test_a_place_is_sought_by_its_words() -> None:
    app = Pages("# Long\n\n" + "Some words.\n\n" * 60 + "## Needle\n\nhere\n")
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert app.view.seek(lambda line: line == "Needle")
        await pilot.pause()
        assert any(line.startswith("Needle") for line in shown(app))
        assert not app.view.seek(lambda line: line == "Nowhere")
