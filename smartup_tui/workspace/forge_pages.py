"""An issue, and a repository, as one page of Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from smartup_tui.workspace import words
from smartup_tui.workspace.forge_rows import DependencyRow, IssueRow, RepositoryRow


def describe_issue(row: IssueRow, body: str, waits_for: Sequence[DependencyRow] | None, link: str) -> str:
    """All there is to say of an issue. `link` is its address, to be copied."""
    opened = f"opened on {words.day(row.created_at)} by {row.author or 'somebody'}"
    facts = [
        f"- {opened}, changed on {words.day(row.updated_at)}",
        f"- labels: {', '.join(row.labels) or 'none'}",
        f"- milestone: {row.milestone or 'none'}",
        f"- assigned to: {', '.join(row.assignees) or 'nobody'}",
    ]
    if row.due is not None:
        facts.append(f"- due: {words.day(row.due)}")
    if row.comments:
        facts.append(f"- {row.comments} {'comment' if row.comments == 1 else 'comments'} on the forge")
    facts.append(f"- on the forge: {link}")
    closed = f" on {words.day(row.closed_at)}" if row.closed_at is not None else ""
    parts = [f"# {row.title}", f"**{row.state.capitalize()}{closed}**, {row.name}", "\n".join(facts)]
    if waits_for is None:
        parts.append("What it waits for was not asked yet.")
    elif waits_for:
        parts.append("## Waits for\n\n" + "\n".join(f"- {_blocker(each)}" for each in waits_for))
    if body.strip():
        parts.append(f"## What it says\n\n{body}")
    return "\n\n".join(parts)


def describe_repository(row: RepositoryRow, issues: Sequence[IssueRow]) -> str:
    """A repository: whose it is, its issues in numbers, milestones, labels, and its newest commits."""
    own = [issue for issue in issues if issue.repository == row.name]
    open_ = sum(issue.state == "open" for issue in own)
    state = f"**{'Private' if row.private else 'Public'}{', archived' if row.archived else ''}**"
    parts = [f"# {row.name}", f"{state}, {f'team {row.team}' if row.team else 'of the whole organisation'}"]
    if row.description:
        parts.append(row.description)
    parts.append(f"- {open_} open issues, {len(own) - open_} closed")
    if row.milestones:
        parts.append(
            "## Milestones\n\n"
            + "\n".join(
                f"- {each.title}: {_counted(*each.counts(own))}"
                + (f", due {words.day(each.due)}" if each.due is not None else "")
                + (", done" if each.state == "closed" else "")
                for each in row.milestones
            )
        )
    if row.labels:
        lines = [f"- {each.name}{f': {each.description}' if each.description else ''}" for each in row.labels]
        parts.append("## Labels\n\n" + "\n".join(lines))
    if row.commits:
        lines = [f"- {words.day_and_time(each.at)} {each.author}: {each.subject}" for each in row.commits]
        parts.append("## Newest commits\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _counted(open_: int, closed: int) -> str:
    return f"{closed} of {open_ + closed} closed" if open_ or closed else "no issue yet"


def _blocker(found: DependencyRow) -> str:
    return f"{found.state}: {found.name} {found.title}" if found.name else "an issue that your token may not see"
