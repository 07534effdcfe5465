"""Learn: the wiki. Pages by folder, what is found by words, hand-over notes, and the past of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from smartup_tui.ledger.index import library as index_library
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.rows import TaskBudget
from smartup_tui.screens.browse import View, view_bindings
from smartup_tui.screens.filter_line import FilterInput
from smartup_tui.screens.folding import Line, TreeSource
from smartup_tui.screens.library_rows import (
    FOUND_COLUMNS,
    NOTE_COLUMNS,
    PAGE_COLUMNS,
    PAST_COLUMNS,
    FoundSource,
    NoteSource,
)
from smartup_tui.screens.linking import LinkingScreen
from smartup_tui.screens.narrowing import NOTHING_FOUND
from smartup_tui.screens.past import PastPane
from smartup_tui.widgets.lines import KeyHint, OneLine
from smartup_tui.widgets.linked_page import LinkedPage
from smartup_tui.widgets.table import Row, RowSource, VirtualTable
from smartup_tui.workspace import jump, library, links
from smartup_tui.workspace.describe_library import describe_folder, describe_note, describe_page, describe_passages
from smartup_tui.workspace.session import Kept
from smartup_tui.workspace.shelves import FEW, Numbers, Shelves, above, is_folder
from smartup_tui.workspace.trail import Reading, Stop

if TYPE_CHECKING:
    from smartup_tui.screens.acting import ActKey
    from smartup_tui.workspace.workspace import Workspace

PAGES: Final = "pages"
NOTES: Final = "notes"
BY_TASK: Final = "by task"
PAST: Final = "past"

_MANY: Final = 1_000
"""Pages; of more, what is found follows when the typing pauses."""
_MOST_LISTED: Final = 200
_NO_NOTES: Final = "No notes yet; !stop_work writes them."


class LearnScreen(LinkingScreen):
    """The wiki of the organisation."""

    NAME = "Learn"
    CSS_PATH = "learn.tcss"
    PLACEHOLDER = "words in pages and notes, their beginnings are enough"
    VIEWS: ClassVar[tuple[View, ...]] = (
        View(PAGES, "p", "pages", PAGE_COLUMNS, "There are no pages yet."),
        View(NOTES, "h", "notes", NOTE_COLUMNS, _NO_NOTES),
        View(BY_TASK, "b", "by task", NOTE_COLUMNS, _NO_NOTES),
        View(PAST, "d", "changes", PAST_COLUMNS, "No page is open."),
    )
    ACTS: ClassVar[tuple[ActKey, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [
        *view_bindings(VIEWS),
        Binding("n", "walk(1)", "next link of the page"),
        Binding("N", "walk(-1)", "link before"),
        Binding("o", "open_subject", "what the page is about, on its screen"),
        Binding("m", "mark", "compare versions with this one"),
        Binding("y", "copy_link", "copy the link in hand, or the page's"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._numbers = Numbers()
        self._shelves: Shelves | None = None
        self._unfolded: set[str] | None = None
        self._reading: str | None = None
        """The path of a page that was opened by a link, while the list marks `_reading_row`."""
        self._reading_row: str | None = None
        self._displayed: tuple[str, ...] = ()
        """What the page shows, so that it is not begun anew where nothing changed."""
        self._read_last: str | None = None
        """The path of the page that was read before, from which Enter in the list goes on to another."""
        self._past = PastPane(workspace)

    def compose_body(self) -> ComposeResult:
        yield OneLine(id="views")
        yield FilterInput(self.PLACEHOLDER)
        yield OneLine(id="about")
        with Horizontal(classes="panes"):
            yield VirtualTable(self.view.columns, empty=self.view.empty, id="list")
            yield LinkedPage(self, id="page")

    # Where it was left

    def kept(self) -> Kept:
        row_id, found = self.table.selected, super().kept()
        session = self._session_of(row_id) if row_id is not None else None  # of one page there may be many notes
        return replace(found, marked=session) if session else found

    def here(self) -> Stop:
        found = super().here()
        if found.reading is None and self._reading is None:
            return found
        return replace(found, reading=Reading(self._reading or "", self.page.top, self.linked.hand))

    def come_to(self, stop: Stop) -> bool:
        self._reading = self._reading_row = None
        found = super().come_to(stop)
        self._show_page()
        return found

    def read_on(self, reading: Reading) -> None:
        if reading.what:
            self.open_page(reading.what, reading.top, reading.hand)
        else:
            super().read_on(reading)
            self.linked.stand_at(reading.top, reading.hand)

    # The lists

    @property
    def _searches(self) -> bool:
        """Whether the pages are what was found, instead of all."""
        return self.view.name == PAGES and bool(self.words.strip())

    def load(self) -> None:
        before = self._loaded
        found = self._searches
        if found and before != (self.view.name, self.words):
            self.table.forget()  # other words: the best of them is in hand
        self._shelves = Shelves(self.reader, self._numbers)
        self.forget_links()
        if self._unfolded is None:
            self._unfolded = set(self._shelves.folders) if self._shelves.count <= FEW else set()
        super().load()
        if self.view.name == PAST:
            self.table.show_columns(PAST_COLUMNS, self._past.empty)
        else:
            columns = FOUND_COLUMNS if found else self.view.columns
            self.table.show_columns(columns, NOTHING_FOUND if self.words.strip() else self.view.empty)
        self._show_about()

    def source(self, keep: str) -> RowSource:  # noqa: ARG002 - what is read is kept by `_reading`
        if self.view.name == PAST:
            return self._past.source(self.words)
        if self.view.name in (NOTES, BY_TASK):
            return NoteSource(self.reader, self.words, by_task=self.view.name == BY_TASK)
        if self._searches:
            return FoundSource(self.reader, self.words)
        assert self._shelves is not None
        return TreeSource(self._shelves.lines(self._unfolded or set()), is_folder, self._lines, self.glyphs)

    def _lines(self, lines: Sequence[Line]) -> Sequence[Row]:
        assert self._shelves is not None
        pages = self._shelves.pages(line.node for line in lines)
        made = []
        for line in lines:
            if is_folder(line.node):
                title, count = self._shelves.title(line.node)
                made.append(line.row(title, count))
            else:
                row = pages.get(line.node)
                made.append(line.row(row.title if row else "no longer here", "", tone="" if row else "muted"))
        return made

    def remember(self, node: int, *, unfolded: bool) -> None:
        folder = self._numbers.name(node)
        assert self._unfolded is not None
        (self._unfolded.add if unfolded else self._unfolded.discard)(folder)

    def remember_all(self, *, unfolded: bool) -> None:
        self._unfolded = set(self._shelves.folders) if unfolded and self._shelves is not None else set()

    def entity_of(self, row_id: str) -> str | None:
        if self.view.name == PAST:
            return self._past.path
        return self._path_of(row_id) or self._session_of(row_id)

    def row_of(self, entity: str) -> str | None:
        if self.view.name in (NOTES, BY_TASK) or (self._searches and entity.startswith("s_")):
            note = index_library.note_of_session(self.reader.index, entity)
            return str(2 * note.number + 1 if self._searches else note.number) if note else None
        if self.view.name == PAST:
            if entity != self._past.path and index_library.page_at(self.reader.index, entity):
                self._past.begin(entity)
                self.load()
            return self.table.selected if entity == self._past.path else None
        row = index_library.page_at(self.reader.index, entity)
        if row is None:
            return None
        if self._searches:
            return str(2 * row.number)
        assert self._unfolded is not None
        way = above(row.folder)
        if not self._unfolded.issuperset(way):
            self._unfolded.update(way)
            self.load()
        return str(2 * row.number)

    def view_of(self, entity: str) -> str:
        return NOTES if entity.startswith("s_") else PAGES

    def show_entity(self, entity: str, view: str = "") -> None:
        """A page by its path or by what it is about; notes by their session."""
        self._read_last = None  # what was read before leads not here
        if not entity.endswith(".md") and not entity.startswith("s_"):
            entity = jump.page_of(self.reader, entity) or entity
        super().show_entity(entity, view or self.view_of(entity))

    def task_in_hand(self) -> TaskBudget | None:
        reader = self.workspace.reader
        if reader is None:
            return None
        found = jump.about(reader, self.path) if self.path else None
        return queries.task(reader.index, found.entity) if found and found.screen == "Tasks" else None

    def own_hints(self) -> list[KeyHint]:
        hints = [KeyHint("/", "find", rank=1), KeyHint("Tab", "page", rank=3)]
        if self.view.name == PAST:
            return [*hints, KeyHint("m", "compare with this", rank=2)]
        hints.append(KeyHint("n", "next link", rank=2))
        return [*hints, *self.fold_hints()[:1], KeyHint("o", "its screen", rank=4)]

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id != "filter" or event.value == self.words:
            return
        if self._shelves is None or self._shelves.count <= _MANY:
            super().on_input_changed(event)
            return
        event.stop()
        self.words = event.value
        self.narrow_soon()

    # The page

    def describe(self, row_id: str) -> str:
        if self.view.name == PAST:
            return self._past.describe(row_id)[0]
        note = self._note_of(row_id)
        if note is not None:
            return describe_note(note)
        if self.view.name != PAGES:
            return ""
        if self._searches:
            return self._describe_found(row_id)
        if is_folder(int(row_id)):
            return self._describe_folder(int(row_id))
        return self._describe_page(self._path_of(row_id) or "")

    def _describe_page(self, path: str) -> str:
        page = library.page(self.reader, path)
        return describe_page(page) if page else "This page is no longer in the wiki."

    def _describe_folder(self, node: int) -> str:
        assert self._shelves is not None
        nodes = self._shelves.children(node)[:_MOST_LISTED]
        pages = self._shelves.pages(nodes)
        return describe_folder(*self._shelves.title(node), [pages[node] for node in nodes if node in pages])

    def _describe_found(self, row_id: str) -> str:
        page = library.page(self.reader, self._path_of(row_id) or "")
        if page is None:
            return ""
        places = describe_passages(library.passages(page.body, self.words))
        return f"{places}\n\n---\n\n{describe_page(page)}" if places else describe_page(page)

    def _show_page(self, *, keep_place: bool = False) -> None:
        row_id = self.table.selected
        if row_id != self._reading_row:
            self._reading = self._reading_row = None
        self._shown = row_id
        if self.workspace.reader is None:
            return
        if self._reading is not None:
            shown: tuple[str, ...] = ("page", self._reading)
            self.path = self._reading
        elif row_id is None:
            shown, self.path = (), ""
        else:
            shown = (self.view.name, self.words if self._searches else "", row_id, *self._past.key())
            self.path = (self._past.path or "") if self.view.name == PAST else self._path_of(row_id) or ""
        same, self._displayed = shown == self._displayed, shown
        if same and not keep_place:
            return
        self.forget_links()
        if self._reading is not None or row_id is None:
            self.page.show(self._describe_page(self._reading) if self._reading else "", keep_place=same)
        elif self.view.name == PAST:
            text, changes = self._past.describe(row_id)
            self.page.show(text, keep_place=same, after=changes)
        else:
            self.page.show(self.describe(row_id), keep_place=same)

    def _show_about(self) -> None:
        past = self.view.name == PAST
        self.set_class(past, "-past")
        if past:
            self.query_one("#about", OneLine).set_line([(f" {self._past.about}", "muted")])

    def _path_of(self, row_id: str) -> str | None:
        """The path of the page that a row shows, or of the page of its note."""
        note = self._note_of(row_id)
        if note is not None:
            return note.path
        if self.view.name != PAGES or int(row_id) % 2:
            return None
        number = int(row_id) // 2
        row = index_library.pages(self.reader.index, [number]).get(number)
        return row.path if row else None

    def _session_of(self, row_id: str) -> str | None:
        note = self._note_of(row_id)
        return note.session_id if note else None

    def _note_of(self, row_id: str) -> index_library.NoteRow | None:
        """The note that a row shows; None where it shows anything else."""
        if self.view.name in (NOTES, BY_TASK):
            return library.note(self.reader, int(row_id))
        return library.note(self.reader, int(row_id) // 2) if self._searches and int(row_id) % 2 else None

    # Links: what the page asks, and its keys

    @property
    def itself(self) -> links.Destination | None:
        """What the page is already: a link to it leads nowhere."""
        row_id = self.table.selected
        if self._reading is None and row_id is not None and (session := self._session_of(row_id)):
            target = jump.entity(self.reader, session)
            return links.ToEntity(target) if target else None
        return links.ToPage(self.path)

    def follow(self, path: str) -> None:
        self.owner_app.way.leave()
        self.open_page(path)

    def open_page(self, path: str, top: int = 0, hand: int | None = None) -> None:
        """Read a page, whatever the list marks; in the tree the cursor goes along."""
        if self.view.name == PAST:
            self.show_view(PAGES)
        row_id = self.row_of(path)
        if row_id is not None:
            self.table.select(row_id)
        self._reading, self._reading_row = path, self.table.selected
        self._read_last = path
        self._show_page()
        self.linked.stand_at(top, hand)
        self.set_focus(self.page, scroll_visible=False)
        self.show_keys()
        self.show_state()

    def on_virtual_table_activated(self, event: VirtualTable.Activated) -> None:
        """Enter reads the page in hand; of what was found, from the place where it was found."""
        path = self._path_of(event.row_id) if self.view.name == PAGES and event.row_id.isdecimal() else None
        if event.table.id != "list" or path is None:
            super().on_virtual_table_activated(event)
            return
        if self._read_last not in (None, path):
            before = self._read_last or ""
            self.owner_app.way.leave(Stop(self.NAME, Kept(PAGES, self.words, before), reading=Reading(before)))
        if self._searches and int(event.row_id) % 2 == 0:
            typed = self.words
            self.open_page(path)
            self.linked.seek(lambda line: library.holds(line, typed))
            return
        self._read_last = path
        self.set_focus(self.page, scroll_visible=False)

    # The past of a page

    def show_view(self, name: str, words_: str = "") -> None:
        if name == PAST and self.view.name != PAST:
            self._past.begin(self.path)
            words_ = ""
        super().show_view(name, words_)

    def action_mark(self) -> None:
        if self.view.name != PAST or self.table.selected is None:
            self.say("d shows how a page changed; there m marks a version to compare others with.")
            return
        self.say(self._past.mark(self.table.selected))
        self.load()

    def action_refresh(self) -> None:
        if self.view.name == PAST:
            self._past.ask()
        super().action_refresh()

    def show_state(self) -> None:
        super().show_state()
        if self.view.name == PAST and self.has_read and self._past.has_news():
            self.load()
