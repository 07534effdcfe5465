"""What is on the screen as a file or on the clipboard: the table shown, the picture, the id in hand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import Worker

from smartup_tui.screens.browse import BrowseScreen
from smartup_tui.screens.folding import TreeSource
from smartup_tui.screens.library_rows import NumberSource, VersionSource
from smartup_tui.screens.sources import WindowSource
from smartup_tui.text import clean_line, fit
from smartup_tui.widgets.field import Field
from smartup_tui.widgets.glyphs import wants_ascii
from smartup_tui.widgets.lines import KeyBar, KeyHint, OneLine, Rule
from smartup_tui.widgets.table import RowSource, VirtualTable
from smartup_tui.workspace.export import ExportError, Format, NewFile, Sheet, folder_of, free_name, parts

if TYPE_CHECKING:
    from smartup_tui.screens.owner_screen import OwnerScreen

_LIKE_AN_ID = 40


def table_of(screen: OwnerScreen) -> VirtualTable | None:
    """The table that the owner looks at: the one with the focus, else the first that has a cursor."""
    if isinstance(screen.focused, VirtualTable):
        return screen.focused
    shown = [table for table in screen.query(VirtualTable) if table.display]
    return next((table for table in shown if table.can_focus), shown[0] if shown else None)


def in_hand(screen: OwnerScreen) -> str:
    """What `y` copies: the id of what is marked, where it has one, else the marked row's texts."""
    table = table_of(screen)
    if table is None or table.selected is None:
        return ""
    source, row_id = table.source, table.selected
    if isinstance(screen, BrowseScreen) and table is screen.table:
        entity = screen.entity_in_hand
        if entity:
            return clean_line(_link(screen, entity) if entity.endswith(".md") else entity)
    elif not isinstance(source, WindowSource) and not row_id.isdigit() and len(row_id) <= _LIKE_AN_ID:
        return clean_line(row_id)
    row = source.rows(table.cursor, 1)
    return "  ".join(clean_line(cell) for cell in row[0].cells if cell) if row else ""


def _link(screen: OwnerScreen, path: str) -> str:
    """Where the forge shows a page."""
    profile = screen.workspace.profile
    repository = f"{profile.forge_url.rstrip('/')}/{profile.forge_owner}/{profile.ledger_repo}"
    return f"{repository}/src/branch/{profile.branch}/{quote(path)}"


def sheet_of(screen: OwnerScreen) -> Sheet | None:
    """The table shown, as it is narrowed, for a file: the ledger's own columns where its rows are the ledger's."""
    if (own := getattr(screen, "sheet", None)) is not None:  # what is more than its table says
        made: Sheet | None = own()
        return made
    table = table_of(screen)
    if table is None:
        return None
    title, words = [screen.NAME], [screen.NAME]
    if isinstance(screen, BrowseScreen):
        title.append(screen.view.label)
        words.append(screen.view.name)
        if screen.words:
            title.append(f"with “{clean_line(screen.words, 40)}”")
            words.append("filtered")
    said, name = ", ".join(title), "-".join(["smartup", *(_plain(word) for word in words)])
    source = table.source
    if isinstance(source, WindowSource):
        window = source.window
        fields = [column.field for column in window.table.columns]

        def typed(start: int, count: int) -> list[list[Any]]:
            return [[getattr(row, field) for field in fields] for _, row in window.rows(start, count)]

        return Sheet(name, window.table.header, source.count, typed, said)
    titles = tuple(column.title for column in table.columns)
    if isinstance(source, TreeSource):
        return Sheet(name, ("Level", *titles), source.count, source.leveled, said)
    if isinstance(source, (NumberSource, VersionSource)):
        return Sheet(name, source.columns, source.count, source.typed, said)
    return Sheet(name, titles, source.count, _cells(source), said)


def _plain(word: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in word.lower()).strip("-")


def _cells(source: RowSource) -> Callable[[int, int], Sequence[Sequence[Any]]]:
    return lambda start, count: [row.cells for row in source.rows(start, count)]


def said_path(path: Path) -> str:
    """A path as it is said: below the home directory with `~`."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


class ExportScreen(ModalScreen[str | None]):
    """Where a table goes, and in which form; answers what was written, in words."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave"),
        Binding("tab,shift+tab", "other_form", "the other form", priority=True),
    ]

    def __init__(self, sheet: Sheet, folder: str, day: str) -> None:
        super().__init__()
        self._sheet = sheet
        self._folder = folder
        self._stem = f"{sheet.name}-{day}"
        self._writing: Worker[None] | None = None
        self._note = ""
        """What is said of the name that is put into the field next."""

    def compose(self) -> ComposeResult:
        self.set_class(wants_ascii(self.app), "-ascii")
        with Vertical(id="dialog"):
            yield OneLine(id="dialog-title")
            yield Rule()
            yield OneLine(id="dialog-about")
            yield Field(id="dialog-field")
            yield OneLine(id="dialog-said")
            yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#dialog-title", OneLine).set_line(
            [(" Export", "lead"), (f"  {self._sheet.title}: {self._many}", "")]
        )
        folder = self._target("x").parent
        self.query_one("#dialog-about", OneLine).set_line([(" File in ", "muted"), (said_path(folder), "")])
        self._field.value = free_name(folder, self._stem, Format.CSV).name
        self._field.cursor_position = len(self._field.value)
        self.query_one(KeyBar).show(
            [KeyHint("Enter", "write it"), KeyHint("Tab", "CSV or JSON"), KeyHint("Esc", "leave", keep=True)]
        )
        self._field.focus(scroll_visible=False)

    @property
    def _field(self) -> Field:
        return self.query_one("#dialog-field", Field)

    @property
    def _many(self) -> str:
        return "one row" if self._sheet.count == 1 else f"{self._sheet.count:,} rows"

    @property
    def _form(self) -> Format:
        return Format.JSON if self._field.value.strip().lower().endswith(".json") else Format.CSV

    def _target(self, name: str) -> Path:
        return folder_of(self._folder) / Path(name).expanduser()

    def _say(self, text: str) -> None:
        self.query_one("#dialog-said", OneLine).set_line([(f" {text}", "")])

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._note:
            self._say(self._note)
            self._note = ""
            return
        there = self._target(event.value.strip() or ".").exists()
        self._say("There is a file of this name; it will not be overwritten." if there and event.value else "")

    def action_other_form(self) -> None:
        other = Format.CSV if self._form is Format.JSON else Format.JSON
        path = Path(self._field.value.strip() or self._stem)
        written = path.name.removesuffix(f".{self._form}")
        stem = self._stem if written.startswith(self._stem) else written
        found = free_name(self._target(str(path)).parent, stem, other).name
        self._field.value = str(path.parent / found) if str(path.parent) != "." else found
        self._field.cursor_position = len(self._field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._writing is not None:
            return
        name = event.value.strip() or f"{self._stem}.{self._form}"
        path = self._target(name if name.lower().endswith((".csv", ".json")) else f"{name}.{self._form}")
        if os.path.lexists(path):
            other = free_name(path.parent, path.stem, self._form)
            self._field.value = str(Path(name).with_name(other.name))
            self._field.cursor_position = len(self._field.value)
            self._note = "That one is there already. Enter writes this one beside it."
            return
        self._writing = self.run_worker(self._write(path, self._form))

    async def _write(self, path: Path, form: Format) -> None:
        try:
            if self._folder:
                path.parent.mkdir(parents=True, exist_ok=True)
            with NewFile(path) as out:
                for done, data in parts(self._sheet, form):
                    out.write(data)
                    if 0 < done < self._sheet.count:
                        self._say(f"{done:,} of {self._sheet.count:,} rows")
                        await asyncio.sleep(0)  # the keys are answered meanwhile, Esc among them
                out.keep()
        except (ExportError, OSError) as error:
            message = (
                error.message if isinstance(error, ExportError) else "Nothing was written: the folder can not be made."
            )
            self._say(f"{message} {getattr(error, 'hint', '')}".strip())
            self._writing = None
            return
        self.dismiss(f"Written: {said_path(path)}, {self._many}.")

    def action_leave(self) -> None:
        if self._writing is not None:
            self._writing.cancel()  # what was begun is taken away again
        self.dismiss(None)


def copied(text: str) -> str:
    """What is said of a copy; nobody can know whether the terminal allows it."""
    return f"Copied: {fit(text, 60).rstrip()}. If it is not there, this terminal does not allow copying."
