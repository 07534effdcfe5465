"""A command as a dialog over the screen: its fields, what it would do, and the exact text that results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from smartup_tui.catalogue.model import Command
from smartup_tui.screens.forms.fields import Changed, LineField, LongField
from smartup_tui.screens.forms.row import FieldRow
from smartup_tui.widgets.glyphs import glyphs_of
from smartup_tui.widgets.lines import KeyBar, KeyHint, OneLine, Rule
from smartup_tui.widgets.wrapped import WrappedText
from smartup_tui.workspace.form_notes import notes
from smartup_tui.workspace.forms import Draft, Shape
from smartup_tui.workspace.workspace import Workspace

_WIDE = 90
_KEYS_AND_RULES = 5
"""Lines of the dialog beside fields, notes and preview: two rules, the title, what is said, the keys."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a form was left: with the text of the command, or (`text` None) with what was filled in so far."""

    text: str | None
    values: Mapping[str, str]


class CommandForm(ModalScreen[Outcome]):
    """The form of one command. It sends nothing: its text goes to the command line, where Enter sends it."""

    CSS_PATH = "form.tcss"
    AUTO_FOCUS: ClassVar[str | None] = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close, and keep the draft"),
        Binding("ctrl+s", "finish", "to the command line"),
        Binding("enter", "finish", show=False),  # of a command without fields
        Binding("tab", "step(1)", "next field"),
        Binding("shift+tab", "step(-1)", "field before"),
    ]

    def __init__(self, command: Command, values: Mapping[str, str], workspace: Workspace) -> None:
        """`values` are texts by argument, filled in beforehand."""
        super().__init__()
        self.draft = Draft(command, dict(values))
        self._workspace = workspace
        self._asked = False
        """The owner wanted to finish: what is missing is said from then on."""

    def compose(self) -> ComposeResult:
        with Vertical(id="form"):
            yield Rule()
            yield OneLine(id="form-title")
            with VerticalScroll(id="form-fields", can_focus=False):
                for argument in self.draft.command.arguments:
                    yield FieldRow(argument, self.draft.value(argument.name), self._workspace)
            yield WrappedText(8, id="form-notes")
            yield Rule()
            yield WrappedText(4, id="form-preview")
            yield OneLine(id="form-said")
            yield KeyBar()

    def on_mount(self) -> None:
        command = self.draft.command
        self.query_one("#form-title", OneLine).set_line(
            [(f" {command.name.replace('_', ' ').capitalize()}", "lead"), (f"   {command.summary}", "muted")]
        )
        rows = self._rows
        first = next((row for row in rows if self.draft.lacks(row.argument.name)), rows[0] if rows else None)
        if first is not None:
            self.set_focus(first.editor, scroll_visible=False)
        self._show()

    @property
    def _rows(self) -> list[FieldRow]:
        return list(self.query(FieldRow))

    @property
    def _row(self) -> FieldRow | None:
        """The field that has the focus."""
        focused = self.focused
        return next((row for row in self._rows if row.editor is focused), None)

    @property
    def preview(self) -> str:
        """The text as it stands."""
        return self.draft.text

    # Keys

    def on_key(self, event: events.Key) -> None:
        """A letter that was typed before the first field was there; fields keep theirs to themselves."""
        field = self.focused
        if not event.is_printable or event.character is None:
            return
        if isinstance(field, LineField):
            field.insert_text_at_cursor(event.character)
        elif isinstance(field, LongField):
            field.insert(event.character)

    def action_leave(self) -> None:
        self._read_fields()
        self.dismiss(Outcome(None, self.draft.values))

    def action_finish(self) -> None:
        self._read_fields()
        problem = self.draft.first_problem
        if problem is None:
            self.dismiss(Outcome(self.draft.text, self.draft.values))
            return
        self._asked = True
        faulty = next(row for row in self._rows if row.argument.name == problem[0])
        self.set_focus(faulty.editor)
        self._show()

    def action_step(self, step: int) -> None:
        rows, row = self._rows, self._row
        if not rows:
            return
        at = rows.index(row) + step if row is not None else 0
        self.set_focus(rows[at % len(rows)].editor)

    def field_step(self, step: int) -> None:
        """An arrow in a field: through what is offered, else to the next field."""
        row = self._row
        if row is not None and row.offering:
            row.choose(step)
        else:
            self.action_step(step)

    def field_done(self) -> None:
        """Enter in a field: take what is chosen, and go on; behind the last one, finish."""
        rows, row = self._rows, self._row
        if row is not None:
            row.take_offer()
        if row is rows[-1]:
            self.action_finish()
        else:
            self.action_step(1)

    def on_changed(self, event: Changed) -> None:
        event.stop()
        self._read_fields()
        in_hand = self._row
        if in_hand is not None:
            in_hand.look()
        self._show()

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        row = self._row
        if row is not None and row.shape is Shape.WORD:
            row.look()
        self._show()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        for row in self._rows:
            if row.offering and row is not self._row:
                row.close()

    def on_resize(self, _event: events.Resize) -> None:
        self._show()

    # What is shown

    def _read_fields(self) -> None:
        for row in self._rows:
            self.draft = self.draft.with_value(row.argument.name, row.typed)

    def _show(self) -> None:
        if not self.is_mounted:
            return
        draft, wide = self.draft, self.size.width >= _WIDE
        problem = draft.first_problem
        for row in self._rows:
            name = row.argument.name
            missing = self._asked and draft.lacks(name)
            row.show(draft.fault(name) or (f"{row.argument.help}: needed" if missing else None), wide=wide)
        reader = self._workspace.reader
        lines = notes(reader, draft, self._workspace.now()) if reader is not None else ()
        self.query_one("#form-notes", WrappedText).show([(line, "") for line in lines])
        self.query_one("#form-preview", WrappedText).show([(draft.text, "" if problem is None else "muted")])
        self._say(problem)
        self.query_one(KeyBar).show(self._hints())
        self._fit()

    def _say(self, problem: tuple[str, str] | None) -> None:
        """One line: what the field in hand is for, what is wrong, or what the command will do."""
        said, glyphs, row = self.query_one("#form-said", OneLine), glyphs_of(self), self._row
        fault = self.draft.fault(row.argument.name) if row is not None else None
        if fault is not None:
            said.set_line([(f" {glyphs.no} ", "alert"), (fault, "")])
        elif problem is not None and self._asked:
            said.set_line([(f" {glyphs.no} ", "alert"), (problem[1], "")])
        elif row is not None and row.about_is_cut:
            said.set_line([(f"   {row.about}", "muted")])
        elif problem is None:
            found = self._workspace.explain(self.draft.text)
            sign = glyphs.yes if found.ok else glyphs.waiting
            said.set_line([(f" {sign} ", "done" if found.ok else "muted"), (found.text, "")])
        else:
            said.set_line([])

    def _fit(self) -> None:
        """As high as its lines, at most as high as the window: then the fields are scrolled."""
        form, cells = self.query_one("#form"), self.size.width
        fields = sum(3 if row.shape is Shape.LONG else 1 for row in self._rows)
        texts = (self.query_one("#form-notes", WrappedText), self.query_one("#form-preview", WrappedText))
        below = sum(t.get_content_height(self.size, self.size, cells - t.styles.padding.width) for t in texts)
        form.styles.height = min(fields + below + _KEYS_AND_RULES, self.size.height)

    def _hints(self) -> list[KeyHint]:
        """The keys of the field in hand."""
        row, rows = self._row, self._rows
        shape = row.shape if row is not None else None
        last = not rows or row is rows[-1]
        return [
            KeyHint("Enter", "to the command line" if last else "next", keep=True),
            *([KeyHint("Alt+Enter", "new line", rank=1)] if shape is Shape.LONG else ()),
            *([KeyHint("Left Right", "choose", rank=1)] if shape is Shape.CHOICE else ()),
            *([KeyHint("Ctrl+S", "to the command line", keep=True)] if not last else ()),
            KeyHint("Esc", "close", keep=True),
            KeyHint("Tab", "next field", rank=2),
        ]
