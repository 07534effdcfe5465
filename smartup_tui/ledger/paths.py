"""Where pages lie and what ids and aliases look like (ledger.md §1 and §2, Ids).

Page names are flat and unique; they lie in folders by id, since one folder of 20,000 pages would make every commit
write half a megabyte of git objects.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HOME: Final = "wiki/home.md"
SLUG_LENGTH: Final = 60

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_ALIAS = re.compile(r"[a-z][a-z0-9_-]{0,38}[a-z0-9]\Z")
_FOLDED = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})

TASK_ID: Final = re.compile(r"6_[0-9]+_[0-9]+_[0-9]+\Z")
OBJECTIVE_ID: Final = re.compile(r"5_[0-9]+(_[0-9]+)?\Z")
ROLE_ID: Final = re.compile(r"4_[0-9]+_[0-9]+\Z")
TEAM_ID: Final = re.compile(r"3_[0-9]+\Z")


def slug(title: str) -> str:
    """A title as part of a page name: ASCII letters and digits in lower case, joined by `_`, at most 60 characters.

    A title without any such character becomes `page`; the id in front keeps the name unique.
    """
    plain = unicodedata.normalize("NFKD", title.lower().translate(_FOLDED))
    words = _NOT_SLUG.sub("_", plain.encode("ascii", "ignore").decode("ascii")).strip("_")
    return words[:SLUG_LENGTH].rstrip("_") or "page"


def is_alias(text: str) -> bool:
    """Whether an owner may have this alias: 2 to 40 of `a-z 0-9 _ -`, a letter first, and not the name of a service."""
    return bool(_ALIAS.match(text)) and text not in {"engelbot", "toolbox", "organisation"}


def task_page_path(task_id: str, title: str) -> str:
    """The page of a task: `wiki/6_1/6_1_2/6_1_2_0_<slug>.md`. ValueError for what is no task id."""
    _, group, objective, _ = _parts(task_id, TASK_ID)
    return f"wiki/6_{group}/6_{group}_{objective}/{task_id}_{slug(title)}.md"


def objective_page_path(objective_id: str, title: str) -> str:
    """The page of an objective: `wiki/5_1/5_1_2_<slug>.md`, or `wiki/5_0/5_0_<slug>.md` for one of the organisation."""
    group = _parts(objective_id, OBJECTIVE_ID)[1]
    return f"wiki/5_{group}/{objective_id}_{slug(title)}.md"


def role_page_path(role_id: str, name: str) -> str:
    """The page of a role: `wiki/4_1/4_1_7_<slug>.md`."""
    rank = _parts(role_id, ROLE_ID)[1]
    return f"wiki/4_{rank}/{role_id}_{slug(name)}.md"


def team_page_path(team_id: str, name: str) -> str:
    """The page of a team: `wiki/3/3_1_<slug>.md`."""
    _parts(team_id, TEAM_ID)
    return f"wiki/3/{team_id}_{slug(name)}.md"


def owner_page_path(alias: str) -> str:
    """The page of an owner: `wiki/owners/<alias>.md`. ValueError for what is no alias."""
    if not _ALIAS.match(alias):
        raise ValueError(f"not an alias: {alias!r}")
    return f"wiki/owners/{alias}.md"


def application_page_path(application_id: str) -> str:
    """The page of an application: `wiki/applications/a_5.md`."""
    return f"wiki/applications/{numbered(application_id, 'a')}.md"


def proposal_page_path(proposal_id: str, title: str) -> str:
    """The page of a proposal: `wiki/proposals/p_7_<slug>.md`."""
    return f"wiki/proposals/{numbered(proposal_id, 'p')}_{slug(title)}.md"


def numbered(entity_id: str, letter: str) -> str:
    """The id itself when it is one of that letter, such as `s_42`; ValueError otherwise."""
    if not re.fullmatch(rf"{letter}_[0-9]+", entity_id, re.ASCII):
        raise ValueError(f"not an id of the form {letter}_1: {entity_id!r}")
    return entity_id


def _parts(entity_id: str, shape: re.Pattern[str]) -> list[str]:
    if not shape.match(entity_id):
        raise ValueError(f"not an id of that kind: {entity_id!r}")
    return entity_id.split("_")
