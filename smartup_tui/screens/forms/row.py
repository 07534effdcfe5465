"""A row of a form: what the field is called, the field, and beside it what it is for or what is wrong with it."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from smartup_tui.catalogue.complete import Completion
from smartup_tui.catalogue.model import Argument
from smartup_tui.screens.forms.fields import ChoiceField, Editor, LineField, LongField
from smartup_tui.text import width
from smartup_tui.widgets.glyphs import glyphs_of
from smartup_tui.widgets.lines import OneLine
from smartup_tui.widgets.suggestions import Explanation, Suggestions
from smartup_tui.workspace.forms import Shape, label_of, shape_of
from smartup_tui.workspace.workspace import Workspace

_NOTHING = Explanation(ok=True, text="")
_INDENT = 16


class FieldRow(Vertical):
    """One argument of the command. Of ids and names it offers what the ledger has, in a list over the lines above."""

    DEFAULT_CSS = """
    FieldRow, FieldRow .row--line { height: 1; }
    FieldRow.-long, FieldRow.-long .row--line { height: 3; }
    FieldRow .row--label { width: 19; height: 1; }
    FieldRow .row--note { width: 1fr; height: 1; padding: 0 0 0 2; }
    FieldRow LineField, FieldRow LongField, FieldRow ChoiceField {
        width: 1fr; background: $background; background-tint: transparent; padding: 0;
    }
    FieldRow LineField:focus, FieldRow LongField:focus { background: $rest-ground; background-tint: transparent; }
    FieldRow LineField > .input--placeholder, FieldRow LongField > .text-area--placeholder {
        color: $muted; text-style: $muted-style;
    }
    FieldRow Suggestions { background: $rest-ground; }
    FieldRow LongField { height: 100%; color: $foreground; scrollbar-size-vertical: 0; }
    FieldRow LongField .text-area--cursor {
        color: $input-cursor-foreground; background: $input-cursor-background; text-style: $input-cursor-text-style;
    }
    """

    def __init__(self, argument: Argument, text: str, workspace: Workspace) -> None:
        super().__init__(id=f"field-{argument.name}")
        self.argument = argument
        self.shape = shape_of(argument)
        self._workspace = workspace
        self._offers: tuple[tuple[str, str], ...] = ()
        self._chosen: int | None = None
        self._editor = self._make_editor(text)
        if self.shape is Shape.LONG:
            self.add_class("-long")

    def compose(self) -> ComposeResult:
        with Horizontal(classes="row--line"):
            yield OneLine(classes="row--label")
            yield self._editor
            yield OneLine(classes="row--note")
        yield Suggestions()

    @property
    def editor(self) -> Widget:
        """The widget that has the focus when this field is filled in."""
        return self._editor

    @property
    def typed(self) -> str:
        """The value as it stands."""
        return cast("Editor", self._editor).typed

    def show(self, fault: str | None, *, wide: bool) -> None:
        """Say the name, and where there is room what is wrong or what the field is for."""
        glyphs, focused = glyphs_of(self), self._editor.has_focus
        mark = glyphs.no if fault else (glyphs.cursor if focused else " ")
        label = label_of(self.argument)
        self.query_one(".row--label", OneLine).set_line(
            [(f" {mark} ", "alert" if fault else "lead"), (label, "lead" if focused else "")]
        )
        note = self.query_one(".row--note", OneLine)
        note.display = wide
        if fault:
            note.set_line([(fault, "alert")])
        else:
            note.set_line([(self.about, "muted")])

    @property
    def about(self) -> str:
        """What the field is for; of an id that is known, what it names."""
        typed = self.typed.strip()
        if typed and self.shape is Shape.WORD:
            found = dict(self._workspace.complete_value(self.argument, typed)).get(typed)
            if found:
                return found
        return self.argument.help

    @property
    def about_is_cut(self) -> bool:
        """Whether what the field is for is not seen whole beside it."""
        note = self.query_one(".row--note", OneLine)
        return not note.display or width(self.about) > note.size.width - note.styles.padding.width

    # What the ledger offers

    @property
    def offering(self) -> bool:
        """Whether a list is open."""
        return bool(self._offers)

    def look(self) -> None:
        """Open the list of what may stand here, unless the value is one of them already."""
        typed = self.typed.strip()
        found = self._workspace.complete_value(self.argument, typed) if self.shape is Shape.WORD else ()
        self._chosen = None
        self._offers = () if any(value == typed for value, _ in found) else found
        self._show_offers()

    def choose(self, step: int) -> None:
        """Go to the next offer."""
        at = -1 if self._chosen is None and step > 0 else (self._chosen or 0)
        self._chosen = (at + step) % len(self._offers)
        self._show_offers()

    def take_offer(self) -> bool:
        """Put the chosen offer into the field; False when none is chosen."""
        if self._chosen is None:
            return False
        cast("Editor", self._editor).take(self._offers[self._chosen][0])
        self.close()
        return True

    def close(self) -> None:
        """Close the list."""
        self._offers, self._chosen = (), None
        self._show_offers()

    def _show_offers(self) -> None:
        listed = self.query_one(Suggestions)
        if not self._offers:
            listed.hide()
            return
        listed.show([Completion(value, 0, 0, value, about) for value, about in self._offers], self._chosen, _NOTHING)
        height = listed.styles.height.value if listed.styles.height is not None else 1
        listed.styles.width = max(1, self.screen.size.width - _INDENT)
        listed.styles.offset = (_INDENT, -int(height) - 1)  # its values stand above the field's

    def _make_editor(self, text: str) -> LineField | LongField | ChoiceField:
        needed = self.argument.required
        if self.shape is Shape.CHOICE:
            return ChoiceField(self.argument.choices, text, needed=needed)
        return LongField(text, needed=needed) if self.shape is Shape.LONG else LineField(text, needed=needed)
