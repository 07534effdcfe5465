"""What stands below a form's fields: what the command would come to, as far as this machine knows the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from smartup_tui.ledger import tables
from smartup_tui.ledger.governance import policy_keys
from smartup_tui.ledger.governance.clauses import FORMS, POLICY, policy_clauses
from smartup_tui.ledger.governance.voting import GENERAL, VOTED
from smartup_tui.ledger.index import queries
from smartup_tui.ledger.index.snapshot import snapshot_of
from smartup_tui.ledger.policies import PolicyError
from smartup_tui.workspace import words
from smartup_tui.workspace.forms import Draft
from smartup_tui.workspace.payout import Payout, payout
from smartup_tui.workspace.reader import Reader
from smartup_tui.workspace.review import award_review
from smartup_tui.workspace.standing import standing


def notes(reader: Reader, draft: Draft, now: datetime) -> tuple[str, ...]:
    """A few lines for the form of a command as it is filled in; none for most commands."""
    found = _NOTES.get(draft.command.name)
    try:
        return found(reader, draft, now) if found is not None else ()
    except PolicyError as error:
        return (str(error),)


def payout_lines(found: Payout) -> tuple[str, ...]:
    """A payout in words: what is paid, to whom, and what holds it back."""
    took = f", {words.minutes(found.minutes)}" if found.minutes is not None else ""
    share = f"{words.sc_short(found.share)} % of {words.sc_short(found.budget)} SC"
    pays = f"Scores {found.total_score} of 30 pay {words.sc_short(found.percentage)} % of {share}"
    lines = [f"{found.session_id} on {found.task_id}{took}. {pays}: {words.sc(found.total)} SC"]
    lines += [f"{part.seat} {part.alias}  {words.sc(part.amount)} SC" for part in found.parts]
    if found.unpaid_seat is not None:
        lines.append(f"Nobody held the {found.unpaid_seat}'s seat; that part is not minted.")
    lines += [f"{why}." for why in found.unpaid]
    left = words.sc_short(found.left)
    if found.too_much:
        lines.append(f"Only {left} % of the budget is left; give {left} or less.")
    elif found.share < found.left:
        rest = words.sc_short(found.left - found.share)
        lines.append(f"{rest} % of the budget stays for later sessions.")
    lines += _cap_lines(found)
    return tuple(lines)


def _cap_lines(found: Payout) -> list[str]:
    """What the daily cap does to whom."""
    cap = words.sc_short(found.daily_cap)
    late = [part for part in found.parts if found.held_back(part)]
    if not late:
        return [f"Daily cap {cap} SC for each person: nothing is held back."]
    return [
        f"Daily cap {cap} SC: {part.alias} has {words.sc(part.on_the_way)} SC on the way already;"
        " what does not fit in a day is minted on the next one."
        for part in late
    ]


def _assess(reader: Reader, draft: Draft, _now: datetime) -> tuple[str, ...]:
    found = payout(reader, {name: text.strip() for name, text in draft.values.items()})
    return (found,) if isinstance(found, str) else payout_lines(found)


def _award(reader: Reader, draft: Draft, _now: datetime) -> tuple[str, ...]:
    found = award_review(reader, draft.value("pending_id").strip())
    if found is None:
        return ()
    first = found.first
    parts = ", ".join(f"{row.adm_role} {row.beneficiary} {words.sc(row.amount)} SC" for row in found.rows)
    lines = [f"{first.session_id or ''} on {first.task_id or ''}: {parts}, assessed by {first.assessed_by}"]
    lines += [f"Objection of {row.alias}: {row.reason}" for row in found.objections]
    return tuple(lines)


def _create_task(reader: Reader, draft: Draft, _now: datetime) -> tuple[str, ...]:
    rates = snapshot_of(reader.index).policies.credits
    size = draft.value("size")
    objective = queries.objective(reader.index, draft.value("objective_id").strip())
    lines = (
        [f"Under {objective.objective_id} {objective.title}, team {objective.team_id or 'none'}"] if objective else []
    )
    if size in rates.budgets:
        split = rates.split
        budget = rates.budgets[size]
        shares = f"{words.sc_short(split.attacker)} % attacker, {words.sc_short(split.defender)} % defender"
        lines.append(f"Budget {words.sc_short(budget)} SC: {shares}")
    return tuple(lines)


def _assign_task(reader: Reader, draft: Draft, _now: datetime) -> tuple[str, ...]:
    task = queries.task(reader.index, draft.value("task_id").strip())
    if task is None:
        return ()
    seats = f"attacker {task.attacker or 'free'}, defender {task.defender or 'free'}"
    return (f"{task.task_id} {task.title}: {words.status(task.status)}, {seats}",)


def _assign_role(reader: Reader, draft: Draft, _now: datetime) -> tuple[str, ...]:
    role = queries.role(reader.index, draft.value("role_id").strip())
    if role is None:
        return ()
    held = f"held by {role.holder}" if role.holder else "free"
    lines = [f"{role.role_id} {role.role_name} of {role.team_id or 'no team'}: {held}"]
    if role.skills_required:
        lines.append(f"Asks for: {role.skills_required}")
    return tuple(lines)


def _application(reader: Reader, draft: Draft, _now: datetime) -> tuple[str, ...]:
    row = snapshot_of(reader.index).rows(tables.APPLICATIONS).get(draft.value("application_id").strip())
    if row is None:
        return ()
    role = queries.role(reader.index, row.role_id)
    name = f"{row.role_id} {role.role_name}" if role is not None else row.role_id
    return (f"{row.alias} applied for {name} on {words.day(row.timestamp)}; it is {row.status}.",)


def _without_effect(text: str) -> list[str]:
    """What the Toolbox will refuse since it would change nothing, while the text is typed."""
    known = [clause for clause in policy_clauses(text) if clause.path in policy_keys.KINDS]
    reasons = ((clause.path, policy_keys.obstacle(clause.path, clause.key)) for clause in known)
    return [f"{path}: {reason}." for path, reason in reasons if reason is not None]


def _propose(reader: Reader, draft: Draft, now: datetime) -> tuple[str, ...]:
    kind, policies = draft.value("kind") or GENERAL, snapshot_of(reader.index).policies
    lines = []
    if kind in FORMS:
        lines.append(f"A line of its own is carried out: {FORMS[kind]}")
    if kind == POLICY:
        lines += _without_effect(draft.value("text"))
    has, needed = reader.wallet(now).sk, policies.karma.thresholds.propose
    if has < needed:
        waived = " The founder may waive it while the organisation is young." if standing(reader).is_founder else ""
        lines.append(f"Opening a proposal asks for {needed} SK; you have {has}.{waived}")
    rules = policies.validation
    lines.append(
        f"Begins with a vote of {rules.vote_days} days."
        if kind in VOTED
        else f"{rules.consensus_hours} hours of silence are consent; an objection starts a vote."
    )
    return tuple(lines)


_NOTES: dict[str, Callable[[Reader, Draft, datetime], tuple[str, ...]]] = {
    "assess_work": _assess,
    "validate_sc": _award,
    "resolve": _award,
    "create_task": _create_task,
    "assign_task": _assign_task,
    "assign_role": _assign_role,
    "accept_application": _application,
    "decline_application": _application,
    "propose": _propose,
}
