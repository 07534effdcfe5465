"""`accept_application` and `decline_application`: deciding who gets a role they applied for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.ledger import pages, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Audit, Change, Entity, Outcome, PageWrite, Refusal, Update
from smartup_tui.ledger.rows import RoleApplication
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.teamcaptain.roles import assign_role
from smartup_tui.toolbox.wording import conflict, listed, not_found


def accept_application(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Give the applicant the role, by the rules of `assign_role`."""
    row = _open(snapshot, args.text("application_id"))
    if isinstance(row, Refusal):
        return row
    values = {"alias": row.alias, "role_id": row.role_id}
    given = assign_role(snapshot, actor, Arguments(CATALOGUE["assign_role"], values), now)
    if isinstance(given, Refusal):
        return replace(given, field="application_id")
    if not isinstance(given, Change):
        return given
    message = f"{row.application_id} is accepted by {actor.alias}: {given.message}"
    others = [o.application_id for o in snapshot.rows(tables.APPLICATIONS).where(role_id=row.role_id, status="open")]
    others.remove(row.application_id)
    also = f"{listed(others)} for the same role {'is' if len(others) == 1 else 'are'} still open."
    return Change(
        markdown=(
            *_noted(snapshot, row, pages.comment_block(actor.alias, now, _said("Accepted", args))),
            *given.markdown,
        ),
        index=(*given.index, _decided(row, "accepted", actor, now)),
        audit=(Audit("accept_application", Entity("application", row.application_id), message), *given.audit),
        message=message,
        figures=(also,) if others else (),
        next_step="!open_tasks lists tasks with a free seat.",
        data={**given.data, "application_id": row.application_id, "status": "accepted"},
    )


def decline_application(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Decline an application; the reason is kept on its page."""
    row = _open(snapshot, args.text("application_id"))
    if isinstance(row, Refusal):
        return row
    message = f"{row.application_id} of {row.alias} for {row.role_id} is declined by {actor.alias}."
    return Change(
        markdown=_noted(snapshot, row, pages.comment_block(actor.alias, now, _said("Declined", args))),
        index=(_decided(row, "declined", actor, now),),
        audit=(Audit("decline_application", Entity("application", row.application_id), message),),
        message=message,
        data={"application_id": row.application_id, "role_id": row.role_id, "status": "declined"},
    )


def _open(snapshot: Snapshot, application_id: str) -> RoleApplication | Refusal:
    row = snapshot.rows(tables.APPLICATIONS).get(application_id)
    if row is None:
        return not_found("not_found", f"There is no application {application_id}.", field="application_id")
    if row.status != "open":
        who = f" by {row.decided_by}" if row.decided_by else ""
        return conflict("closed", f"{application_id} is {row.status}{who} already.", field="application_id")
    return row


def _decided(row: RoleApplication, status: str, actor: Actor, now: datetime) -> Update:
    values = {"status": status, "decided_by": actor.alias, "decided_at": now}
    return Update(tables.APPLICATIONS, (row.application_id,), values)


def _said(word: str, args: Arguments) -> str:
    reason = args.optional("reason")
    return f"{word}: {reason}" if reason else f"{word}."


def _noted(snapshot: Snapshot, row: RoleApplication, block: str) -> tuple[PageWrite, ...]:
    """The application's page with the decision; nothing where the page is missing, which `verify` reports."""
    data = snapshot.tree.read(row.wiki_path) if row.wiki_path else None
    if row.wiki_path is None or data is None:
        return ()
    return (PageWrite(row.wiki_path, pages.append_block(data.decode("utf-8", "replace"), pages.COMMENTS, block)),)
