"""The fields of a form: a line, a text of several lines, and a choice. Each says when it changes or is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, cast

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, TextArea

from smartup_tui.text import clean, fit, width
from smartup_tui.widgets.glyphs import Tone, glyphs_of, tone_style
from smartup_tui.widgets.new_line import NEW_LINE

NOT_GIVEN = "not given"


class Changed(Message):
    """A field has another value."""


class Form(Protocol):
    """What a field asks of the form it is in.

    It asks at once, not by a message: a key that is typed behind Enter must find the next field.
    """

    def field_done(self) -> None:
        """Enter: on to the next field."""

    def field_step(self, step: int) -> None:
        """An arrow that leaves the field: up (-1) or down (1)."""


def _form(field: Widget) -> Form:
    return cast("Form", field.screen)


class Editor(Protocol):
    """What a form asks of a field's widget."""

    @property
    def typed(self) -> str:
        """The value as it stands."""

    def take(self, text: str) -> None:
        """Have this value."""


class LineField(Input):
    """One line of text: a word, a number, an id, a title."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    def __init__(self, text: str, *, needed: bool) -> None:
        super().__init__(value=_one_line(text), placeholder=_placeholder(needed), compact=True, select_on_focus=False)
        self.cursor_blink = False

    @property
    def typed(self) -> str:
        return self.value

    def take(self, text: str) -> None:
        self.value = _one_line(text)
        self.cursor_position = len(self.value)

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(_one_line(text))

    def action_step(self, step: int) -> None:
        _form(self).field_step(step)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(Changed())

    async def action_submit(self) -> None:
        _form(self).field_done()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(event.text)


class LongField(TextArea):
    """A text of several lines. Enter goes on, as in every field; Alt+Enter (or Ctrl+J) begins a line."""

    def __init__(self, text: str, *, needed: bool) -> None:
        super().__init__(clean(text), placeholder=_placeholder(needed), compact=True, highlight_cursor_line=False)
        self.cursor_blink = False

    @property
    def typed(self) -> str:
        return self.text

    def take(self, text: str) -> None:
        self.text = clean(text)
        self.move_cursor(self.document.end)

    def action_cursor_up(self, select: bool = False) -> None:
        if not select and self.navigator.is_first_wrapped_line(self.cursor_location):
            _form(self).field_step(-1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if not select and self.navigator.is_last_wrapped_line(self.cursor_location):
            _form(self).field_step(1)
        else:
            super().action_cursor_down(select)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(Changed())

    async def _on_key(self, event: events.Key) -> None:
        # Textual calls the handler of TextArea by itself, unless it is prevented here.
        if event.key == "enter" or event.key in NEW_LINE:
            event.stop()
            event.prevent_default()
        if event.key == "enter":
            _form(self).field_done()
        elif event.key in NEW_LINE:
            self.insert("\n")

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert(clean(event.text))


class ChoiceField(Widget, can_focus=True):
    """One of a few words, by left and right or by its first letter. The chosen one is marked, not only coloured."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen"}
    DEFAULT_CSS = """
    ChoiceField {
        height: 1; width: 1fr;
        & > .choice--chosen { color: $cursor-ink; background: $cursor-ground; text-style: $cursor-style; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right,space", "move(1)", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("enter", "done", show=False),
        Binding("backspace,delete", "clear", show=False),
    ]

    def __init__(self, choices: Sequence[str], text: str, *, needed: bool) -> None:
        super().__init__()
        self._choices = (*(() if needed else ("",)), *choices)
        self._value = text if text in choices else ""
        self.styles.min_width = sum(width(choice or NOT_GIVEN) + 2 for choice in self._choices)
        self.styles.max_width = "80%"

    @property
    def typed(self) -> str:
        return self._value

    def take(self, text: str) -> None:
        if text != self._value and (text in self._choices or not text):
            self._value = text
            self.refresh()
            self.post_message(Changed())

    def action_move(self, step: int) -> None:
        known = self._value in self._choices
        at = self._choices.index(self._value) + step if known else (0 if step > 0 else -1)
        self.take(self._choices[at % len(self._choices)])

    def action_step(self, step: int) -> None:
        _form(self).field_step(step)

    def action_done(self) -> None:
        _form(self).field_done()

    def action_clear(self) -> None:
        self.take("")

    def on_key(self, event: events.Key) -> None:
        """A letter goes to the next choice that begins with it."""
        letter = (event.character or "").lower()
        if not letter.isalpha():
            return
        order = [*self._choices, *self._choices]
        start = order.index(self._value) + 1 if self._value in order else 0
        found = next((choice for choice in order[start:] if choice.startswith(letter)), None)
        if found is not None:
            event.stop()
            self.take(found)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        at = 0
        for choice, text in self._texts():
            if at <= event.x < at + width(text):
                self.take(choice)
                return
            at += width(text)

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 (there is one)
        cells = self.size.width
        segments: list[Segment] = []
        for choice, text in self._texts():
            tone: Tone = "lead" if choice == self._value else "muted"
            style = tone_style(self, tone)
            if choice == self._value and self.has_focus:
                style = self.get_component_rich_style("choice--chosen")
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(cells, tone_style(self, ""))

    def _texts(self) -> list[tuple[str, str]]:
        """The choices as they stand in the line, from the first that leaves room for the chosen one."""
        mark = glyphs_of(self).cursor
        texts = [(c, f"{mark if c == self._value else ' '}{c or NOT_GIVEN} ") for c in self._choices]
        at = next((place for place, (choice, _) in enumerate(texts) if choice == self._value), 0)
        cells, first = self.size.width, 0
        while first < at and sum(width(text) for _, text in texts[first : at + 1]) > cells:
            first += 1
        shown: list[tuple[str, str]] = []
        for choice, text in texts[first:]:
            room = cells - sum(width(known) for _, known in shown)
            if room <= 0:
                break
            shown.append((choice, text if width(text) <= room else fit(text, room, ellipsis=glyphs_of(self).ellipsis)))
        return shown


def _placeholder(needed: bool) -> str:
    return "needed" if needed else "may stay empty"


def _one_line(text: str) -> str:
    return clean(text, 10_000).replace("\n", " ")
