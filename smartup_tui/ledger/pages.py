"""The pages that operations write, each as a whole text; and the face of `markdown`, which reads and changes them.

Front matter and sections are those of ledger.md §5; the objective page follows the public record's first issue
(domain.md §5). Everything typed by owners goes through `literal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from smartup_tui.ledger.markdown import (
    Block,
    Page,
    append_block,
    as_typed,
    block,
    blocks,
    comment_block,
    literal,
    parse,
    render,
    replace_section,
    section,
    session_block,
    session_notes,
    stamp,
    ticks,
    with_front,
    with_tick,
)

WIKI: Final = "2_workplace"
SESSIONS: Final = "Sessions"
COMMENTS: Final = "Comments"
DISCUSSION: Final = "Discussion"

Facts = Sequence[tuple[str, str | None]]


def front_matter(title: str, author: str, role: str | None, at: date, parent: str, *, public: bool) -> dict[str, Any]:
    """The front matter of a page; `parent` is the id or name of the page above, `role` the author's role id."""
    day = at.date() if isinstance(at, datetime) else at
    return {
        "title": title,
        "author": author,
        "role": role or "",
        "date": day,
        "parent": parent,
        "wiki": WIKI,
        "public": public,
    }


def task_page(
    task_id: str,
    title: str,
    *,
    author: str,
    role: str | None,
    at: datetime,
    objective_id: str,
    why: str,
    how: str = "",
    done_when: str = "",
    facts: Facts = (),
) -> str:
    """The page of a new task: Why, How, Done when, Sessions, Comments. `facts` are lines such as size and budget."""
    front = front_matter(f"{task_id} {title}", author, role, at, objective_id, public=False)
    sections = [("Why", literal(why)), ("How", literal(how)), ("Done when", literal(done_when))]
    return _page(front, f"{task_id} {title}", facts, [*sections, (SESSIONS, ""), (COMMENTS, "")])


def objective_page(
    objective_id: str,
    title: str,
    *,
    author: str,
    role: str | None,
    at: datetime,
    parent: str,
    abstract: str,
    phase: str | None = None,
    status: str = "active",
    attacker: str | None = None,
    defender: str | None = None,
    description: str = "",
    metrics: Sequence[str] = (),
    risks: Sequence[str] = (),
    room: str | None = None,
) -> str:
    """The page of a new objective; children are entered later in its list, by `with_tick`."""
    front = front_matter(f"{objective_id} {title}", author, role, at, parent, public=True)
    facts: Facts = [("Phase", phase), ("Status", status), ("Created", f"{at:%d-%m-%y}"), ("Creator", author)]
    adm: Facts = [("Attacker", attacker), ("Defender", defender), ("Midfielder", "Engelbot")]
    sections = [
        ("Abstract", literal(abstract)),
        ("Description", literal(description)),
        ("ADM assignment", _bullets(f"**{name}**: {value}" for name, value in adm if value)),
        ("Definition of success", ""),
        ("Metrics", _bullets(map(_one_line, metrics))),
        ("Risks", _bullets(map(_one_line, risks))),
        (DISCUSSION, f"- Matrix: {room}" if room else ""),
    ]
    return _page(front, f"{objective_id} {title}", facts, sections)


def team_page(team_id: str, name: str, *, author: str, at: datetime, description: str, room: str | None = None) -> str:
    """The page of a team."""
    front = front_matter(f"{team_id} {name}", author, None, at, "3_teams", public=True)
    sections = [("Purpose", literal(description)), (DISCUSSION, f"- Matrix: {room}" if room else "")]
    return _page(front, f"{team_id} {name}", (), sections)


def role_page(role_id: str, name: str, *, author: str, at: datetime, team_id: str, facts: Facts, text: str) -> str:
    """The page of a role, with the published fields as `facts` (Type, Status, Recruitment, Skills Required, …)."""
    front = front_matter(f"{role_id} {name}", author, role_id, at, team_id, public=True)
    return _page(front, f"{name} ({team_id})", facts, [("Description", literal(text)), (COMMENTS, "")])


def owner_page(alias: str, *, author: str, at: datetime, license_name: str) -> str:
    """The page of an owner: the alias and nothing that tells who it is."""
    front = front_matter(alias, author, None, at, "book-of-owners", public=False)
    return _page(front, alias, [("License", license_name), ("Joined", f"{at:%Y-%m-%d}")], [(COMMENTS, "")])


def application_page(
    application_id: str, *, alias: str, at: datetime, role_id: str, role_name: str, motivation: str
) -> str:
    """The page of an application for a role, with the whole motivation."""
    title = f"{application_id} {alias} applies for {role_name}"
    front = front_matter(title, alias, None, at, role_id, public=False)
    sections = [("Motivation", literal(motivation)), (COMMENTS, "")]
    return _page(front, title, [("Role", role_id), ("Applicant", alias)], sections)


def proposal_page(
    proposal_id: str, title: str, *, alias: str, at: datetime, kind: str, ends: datetime, text: str
) -> str:
    """The page of a proposal; `ends` is the end of its consensus window."""
    front = front_matter(f"{proposal_id} {title}", alias, None, at, "1_general_forum", public=False)
    facts: Facts = [("Kind", kind), ("Proposer", alias), ("Consensus ends", stamp(ends))]
    sections = [("Proposal", literal(text)), ("Objections", ""), (COMMENTS, "")]
    return _page(front, f"{proposal_id} {title}", facts, sections)


def home_page(name: str, *, author: str, at: datetime, sections: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """The home page: for each section its pages as (title, path below `wiki/`)."""
    front = front_matter(name, author, None, at, "", public=False)
    lists = [
        (heading, _bullets(f"[{_link_text(title)}](<{path}>)" for title, path in pages))
        for heading, pages in sections.items()
    ]
    return _page(front, name, (), lists)


def _page(front: Mapping[str, Any], title: str, facts: Facts, sections: Sequence[tuple[str, str]]) -> str:
    """A page's text: front matter, heading, one line for each fact, sections in order (empty ones too)."""
    body = f"# {_one_line(title)}\n"
    known = [f"**{name}:** {_one_line(value)}" for name, value in facts if value]
    if known:
        body += "\n" + "  \n".join(known) + "\n"
    for heading, text in sections:
        body += f"\n## {heading}\n" + (f"\n{text}\n" if text else "")
    return render(Page(front, body))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _link_text(text: str) -> str:
    return _one_line(text).replace("[", "(").replace("]", ")")


__all__ = [
    "COMMENTS",
    "DISCUSSION",
    "SESSIONS",
    "Block",
    "Facts",
    "Page",
    "append_block",
    "application_page",
    "as_typed",
    "block",
    "blocks",
    "comment_block",
    "front_matter",
    "home_page",
    "literal",
    "objective_page",
    "owner_page",
    "parse",
    "proposal_page",
    "render",
    "replace_section",
    "role_page",
    "section",
    "session_block",
    "session_notes",
    "stamp",
    "task_page",
    "team_page",
    "ticks",
    "with_front",
    "with_tick",
]
