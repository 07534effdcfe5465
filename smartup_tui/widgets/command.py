"""The command line: a prompt with completion, an explanation of what is missing, and a history.

It knows no catalogue. `complete` and `explain` come from outside and must answer at once (from the cached index).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from smartup_tui.text import clean
from smartup_tui.widgets.lines import OneLine
from smartup_tui.widgets.new_line import ALT_ENTER
from smartup_tui.widgets.suggestions import Explanation, Suggestions

__all__ = ["LINE_BREAK", "CommandLine", "Explanation", "Question"]

LINE_BREAK = "↵"
"""What stands for a line break where there is one line."""


if TYPE_CHECKING:
    from smartup_tui.catalogue.complete import Completion

    Complete = Callable[[str, int], Sequence[Completion]]
    Explain = Callable[[str], Explanation]


@dataclass(frozen=True, slots=True)
class Question:
    """Something else that is typed in the command line, such as where to go: its sign, its answers, and who takes it.

    `take` is called with what was typed, in place of `Submitted`; it is kept in no history.
    """

    sign: str
    complete: Complete
    explain: Explain
    take: Callable[[str], None]


def _no_completion(_text: str, _cursor: int) -> Sequence[Completion]:
    return ()


def _no_explanation(_text: str) -> Explanation:
    return Explanation(ok=True, text="")


class Prompt(Input):
    """One line of text that stands still: no blinking, and nothing pasted reaches the terminal uncleaned."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app_complete(1)", "complete", show=False),
        Binding("shift+tab", "app_complete(-1)", "complete back", show=False),
        Binding("up", "app_recall(-1)", "older", show=False),
        Binding("down", "app_recall(1)", "newer", show=False),
        Binding(ALT_ENTER, "new_line", "a new line", show=False),
        Binding("ctrl+o", "screen.other_room", "send it to another room", show=False),
        Binding("escape", "leave", "leave", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(select_on_focus=False, compact=True)
        self.cursor_blink = False

    def action_app_complete(self, step: int) -> None:
        self._line.complete_next(step)

    def action_app_recall(self, step: int) -> None:
        self._line.recall(step)

    async def action_submit(self) -> None:
        # At once, not by a message that comes later: what is typed next is for the screen.
        self._line.submit()

    def action_leave(self) -> None:
        self._line.leave()

    def action_new_line(self) -> None:
        super().insert_text_at_cursor(LINE_BREAK)

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(clean(text).replace("\n", " "))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = " ".join(line.strip() for line in clean(event.text).splitlines())
        selection = self.selection
        if selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *selection)

    @property
    def _line(self) -> CommandLine:
        return next(node for node in self.ancestors if isinstance(node, CommandLine))


class CommandLine(Widget):
    """` ! stop_work Outline agreed`: closed until a key opens it, with a list above while it is open.

    Enter sends (`Submitted`), Esc leaves (`Left`) and keeps the draft for Up. Tab takes the next completion. A line
    break of a composed text is shown by a sign of one cell, and is a line break again when it is sent.
    """

    DEFAULT_CSS = """
    CommandLine { height: 1; layout: vertical; }
    CommandLine Horizontal { height: 1; }
    CommandLine .command--sign { width: 3; color: $muted; text-style: $muted-style; }
    CommandLine.-open .command--sign { color: $primary; text-style: bold; }
    CommandLine Prompt { width: 1fr; background: $background; background-tint: transparent; }
    CommandLine Prompt:focus { background-tint: transparent; }
    """

    class Submitted(Message):
        """Enter: send this. `explanation` is what was shown about it."""

        def __init__(self, text: str, explanation: Explanation) -> None:
            super().__init__()
            self.text = text
            self.explanation = explanation

    class Left(Message):
        """The owner left the line without sending."""

    class Turned(Message):
        """The line was opened or closed."""

    def __init__(
        self,
        complete: Complete = _no_completion,
        explain: Explain = _no_explanation,
        history: Sequence[str] = (),
        *,
        sign: str = "!",
        id: str | None = None,  # noqa: A002 (Textual's word)
    ) -> None:
        super().__init__(id=id)
        self.complete = complete
        self.explain = explain
        self.history = list(history)
        """What was sent before, oldest first."""
        self._sign = sign
        self._draft = ""
        """What was left without sending."""
        self._writing = ""
        self._recalled = 0
        """How many entries back from the newest; 0 is the line being written."""
        self._taken: tuple[str, Sequence[Completion], int] | None = None
        """While Tab is cycling: the text it began from, the candidates and which one is in the line."""
        self._explanation = Explanation(ok=True, text="")
        self._before: Widget | None = None
        self._question: Question | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield OneLine(classes="command--sign")
            yield Prompt()
        yield Suggestions()

    def on_mount(self) -> None:
        self._prompt.can_focus = False
        self._show_sign()

    # What others read and call

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def text(self) -> str:
        """What is in the line."""
        return self._prompt.value.replace(LINE_BREAK, "\n")

    @property
    def explanation(self) -> Explanation:
        """What is known about the line as it stands."""
        return self._explanation

    def open(self, text: str = "", cursor: int | None = None) -> None:
        """Begin a command; `text` is a composed one, complete and editable, with the cursor at `cursor` or its end."""
        if not self.is_open:
            self._before = self.screen.focused
            self.add_class("-open")
            self.post_message(self.Turned())
        self._prompt.can_focus = True
        self._recalled = 0
        self._put(clean(text), cursor)
        self.screen.set_focus(self._prompt, scroll_visible=False)
        self._look()

    def ask(self, question: Question, text: str = "") -> None:
        """Ask for something that is no command."""
        self._question = question
        self.open(text)
        self._show_sign()

    def leave(self) -> None:
        """Close without sending; the text can be recalled by Up next time."""
        if self.text.strip() and self.text not in self.history and self._question is None:
            self._draft = self.text
        self._close()
        self.post_message(self.Left())

    def explain_again(self) -> None:
        """The same text may mean something else now."""
        self._look()

    @property
    def asks(self) -> bool:
        """Whether it asks for something that is no command."""
        return self._question is not None

    # What the prompt asks

    def complete_next(self, step: int) -> None:
        """Put the next (or the previous) completion in the line."""
        if self._taken is None:
            candidates = self._candidates()
            if not candidates:
                return
            base, chosen = self.text, 0 if step > 0 else len(candidates) - 1
        else:
            base, candidates, chosen = self._taken
            chosen = (chosen + step) % len(candidates)
        taken = candidates[chosen]
        self._put(base[: taken.start] + taken.text + base[taken.end :], taken.start + len(taken.text))
        self._taken = (base, candidates, chosen)
        if len(candidates) == 1:
            self._taken = None
            self._look()
        else:
            self._list.show(candidates, chosen, self._explain())

    def recall(self, step: int) -> None:
        """Go back (-1) or forth in the history; the line being written is the newest entry."""
        past = [*self.history, *([self._draft] if self._draft else [])] if self._question is None else []
        if self._recalled == 0:
            self._writing = self.text
        wanted = min(max(self._recalled - step, 0), len(past))
        if wanted != self._recalled:
            self._recalled = wanted
            self._put(past[-wanted] if wanted else self._writing)
            self._look()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open and event.value != self._shown_for:
            self._taken = None
            self._look()

    def submit(self) -> None:
        """Enter: send what is in the line, or leave it where it is empty."""
        text = self.text.strip()
        if not text:
            self.leave()
            return
        explanation = self._explain()
        if self._question is not None:
            take = self._question.take
            self._close()
            take(text)
            return
        if text != (self.history[-1] if self.history else None):
            self.history.append(text)
        self._draft = ""
        self._close()
        self.post_message(self.Submitted(text, explanation))

    # Inside

    @property
    def _prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def _list(self) -> Suggestions:
        return self.query_one(Suggestions)

    _shown_for = ""
    """The text that the list and the explanation already answer."""

    def _put(self, text: str, cursor: int | None = None) -> None:
        self._taken = None
        self._shown_for = shown = text.replace("\n", LINE_BREAK)
        self._prompt.value = shown
        self._prompt.cursor_position = len(text) if cursor is None else cursor

    def _look(self) -> None:
        self._shown_for = self._prompt.value
        self._list.show(self._candidates(), None, self._explain())

    def _candidates(self) -> Sequence[Completion]:
        complete = self.complete if self._question is None else self._question.complete
        return complete(self.text, self._prompt.cursor_position)

    def _explain(self) -> Explanation:
        explain = self.explain if self._question is None else self._question.explain
        self._explanation = explain(self.text)
        return self._explanation

    def _show_sign(self) -> None:
        sign = self._sign if self._question is None else self._question.sign
        self.query_one(".command--sign", OneLine).set_line([(f" {sign} ", "")])

    def _close(self) -> None:
        self.remove_class("-open")
        self.post_message(self.Turned())
        self._list.hide()
        self._question = None
        self._show_sign()
        self._put("")
        self._prompt.can_focus = False
        before, self._before = self._before, None
        self.screen.set_focus(before if before is not None and before.is_attached else None, scroll_visible=False)
