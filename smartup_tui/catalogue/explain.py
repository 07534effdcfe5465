"""One calm line below the command line: what is understood, what comes next, or what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.complete import Source
from smartup_tui.catalogue.grammar import Misread, Parsed, judge
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface
from smartup_tui.catalogue.scan import Scan, scan
from smartup_tui.text import clean_line

_IDS = frozenset(
    {
        Kind.TASK,
        Kind.OBJECTIVE,
        Kind.TEAM,
        Kind.ROLE,
        Kind.OWNER,
        Kind.SESSION,
        Kind.PENDING,
        Kind.PROPOSAL,
        Kind.APPLICATION,
        Kind.REDEMPTION,
        Kind.ENTITY,
    }
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """`ok`: may be sent as it is. `at`: where in the text something is wrong; None when nothing is, or not yet.

    An id that the source does not know is said and marked, but it is advice: the reader's ledger may be behind.
    """

    ok: bool
    text: str
    at: int | None = None


def explain(text: str, source: Source) -> Explanation:
    """Explain a command that is being typed. The text may leave out the `!` that a prompt shows."""
    if not text.strip(" \t!"):
        return Explanation(ok=False, text="Type a command; Tab completes it, Up brings those before.")
    shift = 0 if text.lstrip().startswith("!") else 1
    whole = "!" + text if shift else text
    found = scan(whole)
    if found is None:
        return Explanation(ok=False, text="A command begins with a letter, such as !my_tasks.", at=0)
    said = _explain(whole, found, source)
    return Explanation(said.ok, said.text, None if said.at is None else max(said.at - shift, 0))


def _explain(text: str, found: Scan, source: Source) -> Explanation:
    if found.command is None:
        like = _begins_with(found.name) if found.end == len(text) else ()
        if like:
            return Explanation(ok=False, text=_listed(like))
    meaning = judge(text, found)
    if isinstance(meaning, Parsed):
        return _complete(meaning, found, source)
    if _unfinished(meaning, found, text):
        assert found.command is not None
        return Explanation(ok=False, text=_next(found.command, found, text))
    return Explanation(ok=False, text=meaning.problem, at=meaning.position)


def _unfinished(meaning: Misread, found: Scan, text: str) -> bool:
    """True when nothing is wrong yet: words are missing, or the word at the cursor is the beginning of a right one."""
    if found.command is None or found.rest is not None:
        return False
    if meaning.position >= len(text.rstrip()):
        return True
    slot = next((s for s in found.slots if s.start == meaning.position), None)
    if slot is None or slot.end != len(text):
        return False
    words = tuple(CATALOGUE) if slot.argument.kind is Kind.COMMAND else slot.argument.choices
    begun = any(word.startswith(slot.value.lower()) for word in words)
    return slot.unclosed or begun or not slot.value


def _next(command: Command, found: Scan, text: str) -> str:
    """What to write next: the rest of a value that is begun, else the next argument that is needed."""
    last = found.slots[-1] if found.slots else None
    begun = last is not None and last.end == len(text) and (last.unclosed or not last.value or not found.waiting)
    wanted = last.argument if last is not None and begun else next((a for a in found.waiting if a.required), None)
    if wanted is None:
        return f"{command.summary} · {command.usage}"
    options = "".join(f" · {o.name}= {o.help}" for o in found.free) if wanted.kind is Kind.TEXT else ""
    mark = last.argument.until if last is not None else None
    behind = f"{mark} and then " if mark and not text.rstrip().endswith(mark) else ""
    return f"{command.name}: {behind}{_wanted(wanted)}{'' if found.in_text else options}"


def _wanted(argument: Argument) -> str:
    choices = f" ({', '.join(argument.choices)})" if argument.kind is Kind.CHOICE else ""
    return (
        f"{argument.noun}, {argument.help}{choices}" if argument.noun not in argument.help else argument.help + choices
    )


def _complete(meaning: Parsed, found: Scan, source: Source) -> Explanation:
    named: list[str] = []
    for slot in found.slots:
        if not _IDS.intersection(slot.argument.kinds) or meaning.arguments[slot.argument.name] in slot.argument.choices:
            continue
        value = meaning.arguments[slot.argument.name]
        fitting = [c for kind in slot.argument.kinds for c in source.candidates(kind, value, 3)]
        exact = [c for c in fitting if c[0] == value] or (fitting if len(fitting) == 1 else [])
        if exact:
            named.append(clean_line(" ".join(exact[0]), 60))
        elif fitting:
            several = " or ".join(candidate[0] for candidate in fitting)
            return Explanation(ok=False, text=f"“{clean_line(value, 40)}” may be {several}.", at=slot.start)
        elif slot.argument.kind is not Kind.ENTITY or slot.argument.accepts:
            kind = " or ".join(slot.argument.kinds)
            return Explanation(ok=False, text=f"No {kind} {clean_line(value, 40)} is known here.", at=slot.start)
    optional = [a.noun for a in found.waiting] + [f"{a.name}=" for a in found.free]
    parts = [meaning.command.summary, *named]
    if optional and not found.in_text:
        parts.append(f"optional: {', '.join(optional)}")
    return Explanation(ok=True, text=" · ".join(parts))


def _begins_with(name: str) -> Sequence[Command]:
    from_here = [c for c in CATALOGUE.values() if c.name.startswith(name.lower().replace("-", "_"))]
    return [c for c in from_here if Surface.ROOM in c.surfaces]


def _listed(commands: Sequence[Command]) -> str:
    if len(commands) == 1:
        return f"{commands[0].usage} · {commands[0].summary}"
    return " · ".join(f"!{c.name}" for c in commands[:6]) + (" …" if len(commands) > 6 else "")
