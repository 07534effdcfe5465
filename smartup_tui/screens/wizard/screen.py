"""One step of the wizard on the screen: what it is about, the lines to fill in, and what came of the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker

from smartup_tui.screens.wizard.state import Setup
from smartup_tui.screens.wizard.steps import STEPS, Ask, Result, Step
from smartup_tui.widgets.field import Field
from smartup_tui.widgets.glyphs import Glyphs, Tone, glyphs_of
from smartup_tui.widgets.lines import FrameHeader, KeyBar, KeyHint, OneLine, Rule
from smartup_tui.widgets.wrapped import WrappedText
from smartup_tui.workspace.checks import Check, Health

_ORDER = (Health.FAULT, Health.ADVICE, Health.WELL)
"""What is in the way comes first: the window may be low."""


class Typed(Enum):
    """How much of what was typed ahead still has a meaning."""

    ALL = "all"
    """Another line has the focus."""
    LINE = "line"
    """Another page is shown. Enter, and what follows it, would answer what nobody has read."""
    NONE = "none"
    """The page it was meant for does not come."""


class WizardScreen(Screen[None]):
    """The steps, one after the other. Enter goes on, Esc goes back, and what was found stays in sight."""

    AUTO_FOCUS: ClassVar[str | None] = None
    CSS_PATH = "wizard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back"),
        Binding("tab", "field(1)", "next line", priority=True),
        Binding("shift+tab", "field(-1)", "line before", priority=True),
        Binding("down", "field(1, False)", "next line", priority=True),
        Binding("up", "field(-1, False)", "line before", priority=True),
        # With priority, so that the next line has the focus before the next key is given out: a token that is typed or
        # pasted right behind Enter must not stand in clear in the line before.
        Binding("enter,ctrl+j", "enter", "go on", priority=True),
    ]

    class Done(Message):
        """It is stored."""

    class Turned(Message):
        """Another line or page is ready for what was typed meanwhile, or none is."""

        def __init__(self, typed: Typed) -> None:
            super().__init__()
            self.typed = typed

    class Left(Message):
        """The owner leaves from the first step."""

    def __init__(self, state: Setup) -> None:
        super().__init__()
        self.state = state
        self._number = 0
        self._found: dict[int, tuple[Check, ...]] = {}
        """What was found at each step."""
        self._asking: Worker[None] | None = None
        self._filling = False

    def compose(self) -> ComposeResult:
        yield FrameHeader()
        yield Rule()
        with Vertical(id="step"):
            yield WrappedText(20, id="about")
            yield Vertical(id="fields")
            yield WrappedText(20, id="found")
        yield Rule()
        yield OneLine(id="said")
        yield KeyBar()

    async def on_mount(self) -> None:
        await self._turn(0)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return STEPS[self._number]

    @property
    def is_turning(self) -> bool:
        """Whether it looks, or fills a page: keys typed now are not for what is shown."""
        return self._asking is not None or self._filling

    # Keys

    async def action_back(self) -> None:
        if self._filling:
            return
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
            self._say("Stopped.")
            self.post_message(self.Turned(Typed.NONE))
            return
        if self._number == 0:
            self.post_message(self.Left())
            return
        self._found.pop(self._number, None)
        await self._turn(-1)

    def action_field(self, step: int, around: bool = True) -> None:
        fields = [*self.query(Field)]
        if fields:
            at = next((number for number, field in enumerate(fields) if field.has_focus), 0) + step
            self._focus(fields[at % len(fields) if around else max(0, min(at, len(fields) - 1))])

    def on_descendant_focus(self) -> None:
        cursor = glyphs_of(self).cursor
        for line in self.query(".ask"):
            label, field = line.query_one(OneLine), line.query_one(Field)
            words = label.text.removeprefix(cursor).strip()
            label.set_line([(f"{cursor} ", "lead"), (words, "lead")] if field.has_focus else [(f"  {words}", "muted")])

    def action_enter(self) -> None:
        """To the next line that is empty; from the last one, go on."""
        if not self.is_turning:
            # Behind the keys that the line still has to take; those that follow wait for what comes of it.
            self._filling = True
            (self.focused or self).call_later(self._entered)

    # Inside

    def _entered(self) -> None:
        self._filling = False
        fields, asks = [*self.query(Field)], self.step.asks(self.state)
        at = next((number for number, field in enumerate(fields) if field.has_focus), -1)
        needed = [f for f, ask in zip(fields, asks, strict=True) if not ask.secret and not ask.optional]
        missing = next((field for field in needed if not field.value.strip()), None)
        following = [*zip(fields, asks, strict=True)][at + 1 :] if at >= 0 else []
        after = next((field for field, ask in following if not ask.optional), None)
        if after is not None and (asks[at].secret or after.value):
            after = None
        wanted = missing if missing is not None and not missing.has_focus else after
        if wanted is not None:
            self._focus(wanted)
            self.post_message(self.Turned(Typed.ALL))
            return
        said = {field.id or "": field.value for field in fields}
        if said:
            self._say("Looking …")
        self._asking = self.run_worker(self._check(said), exclusive=True)

    async def _check(self, said: dict[str, str]) -> None:
        result = await self.step.check(self.state, said)
        self._found[self._number] = result.checks
        if self.state.stored is not None:
            self._show_found()
            self.post_message(self.Done())
        elif result.ok:
            self._asking = None
            await self._turn(1)
        else:
            self._asking = None
            self._show_fault(result)
            self.post_message(self.Turned(Typed.NONE))

    async def _turn(self, step: int) -> None:
        """Another page; what was typed meanwhile is for it."""
        self._filling = True
        self._number += step
        try:
            await self._show()
        finally:
            self._filling = False
        self.post_message(self.Turned(Typed.LINE if step > 0 else Typed.NONE))

    def _focus(self, field: Field | None) -> None:
        """At once; Textual's own `focus` waits for its turn."""
        self.set_focus(field, scroll_visible=False)

    def _show_fault(self, result: Result) -> None:
        self._show_found()
        self._say("")
        for field in self.query(Field):
            if field.id == result.field:
                self._focus(field)

    async def _show(self) -> None:
        """Another step, painted once."""
        with self.app.batch_update():
            where = f"{self._number} of {len(STEPS) - 1}" if self._number else ""
            self.query_one(FrameHeader).show(("Smartup", self.step.title), where)
            self.query_one("#about", WrappedText).show([(line, "") for line in self.step.about(self.state)])
            self._show_found()
            fields = self.query_one("#fields", Vertical)
            await fields.remove_children()
            asks = self.step.asks(self.state)
            await fields.mount_all(_line(ask) for ask in asks)
            self._focus(
                next((f for f in self.query(Field) if not f.value), None) or next(iter(self.query(Field)), None)
            )
            self._say("")
            keys = [KeyHint("Enter", self.step.goes_on, keep=True)]
            if len(asks) > 1:
                keys.append(KeyHint("Tab", "next line"))
            keys.append(KeyHint("Esc", "back" if self._number else "leave", keep=True))
            if self._number:
                keys.append(KeyHint("Ctrl+Q", "leave; it goes on the next time", rank=2))
            self.query_one(KeyBar).show(keys)

    def _show_found(self) -> None:
        """What was found at the steps before, and at this one."""
        glyphs = glyphs_of(self)
        long_ago = [check for number in range(self._number - 1) for check in self._found.get(number, ())]
        well = [check.name for check in long_ago if check.health is Health.WELL]
        told = [check for check in long_ago if check.health is not Health.WELL]
        told += [check for number in (self._number - 1, self._number) for check in self._found.get(number, ())]
        told.sort(key=lambda check: _ORDER.index(check.health))
        lines: list[tuple[str, Tone]] = [(f"{glyphs.yes} {', '.join(well)}", "done")] if well else []
        self.query_one("#found", WrappedText).show([*_words(told, glyphs), *lines])

    def _say(self, text: str) -> None:
        self.query_one("#said", OneLine).set_line([(f" {text}", "muted")])


def _line(ask: Ask) -> Horizontal:
    label = OneLine(classes="label")
    label.set_line([(f"  {ask.label}", "muted")])
    field = Field(ask.value, placeholder=ask.example, secret=ask.secret, id=ask.name)
    return Horizontal(label, field, classes="ask")


def _words(checks: Iterable[Check], glyphs: Glyphs) -> Iterator[tuple[str, Tone]]:
    """Each check as a sentence, and below it the way out."""
    signs: dict[Health, tuple[str, Tone]] = {
        Health.WELL: (glyphs.yes, "done"),
        Health.ADVICE: (glyphs.dot, ""),
        Health.FAULT: (glyphs.no, "alert"),
    }
    for check in checks:
        sign, tone = signs[check.health]
        # What begins as a sentence says by itself what it is about.
        name = f"{check.name}: " if check.name and not check.found[:1].isupper() else ""
        yield f"{sign} {name}{check.found}", tone
        if check.mend:
            yield check.mend, ""
