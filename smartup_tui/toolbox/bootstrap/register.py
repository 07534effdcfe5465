"""`register_smartup`: the first commit of a ledger (domain.md §4 and §7; ledger.md §4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from smartup_tui.ledger import pages, paths, tables
from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Append, Audit, Change, Entity, Outcome, PageWrite, RowWrite, Update
from smartup_tui.ledger.economy.amounts import cents, money
from smartup_tui.ledger.economy.minting import FOUNDER
from smartup_tui.ledger.governance.policy_edit import with_value
from smartup_tui.ledger.policies import CREDIT_RATES, DEFAULT_TEXTS, Policies
from smartup_tui.ledger.rows import LicenseTransaction, Owner, PendingSC, Role, TreasuryBalance
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.ledger.tree import MappingTree
from smartup_tui.toolbox.bootstrap.home import new_home
from smartup_tui.toolbox.bootstrap.record import FOUNDER_ROLE_ID, LEADERSHIP, TRANCHES
from smartup_tui.toolbox.bootstrap.teams import new_team
from smartup_tui.toolbox.found import next_owner_id
from smartup_tui.toolbox.wording import conflict, malformed, sc

LICENSE: Final = "work"
AUDIT_REFERENCE: Final = "comprehensive-founding-audit"


def register_smartup(snapshot: Snapshot, actor: Actor, args: Arguments, now: datetime) -> Outcome:
    """Home page, policies, the founder with their role, the treasury's first rows and the founding tranches.

    Where it was broken off before its audit row was written, it enters what is missing.
    """
    name, alias = args.text("name"), args.text("founder")
    if _registered(snapshot, alias):
        return conflict("registered", "This ledger holds an organisation already.", "Each has a ledger of its own.")
    if not paths.is_alias(alias):
        hint = "Use 2 to 40 of a-z, 0-9, _ and -, beginning with a letter."
        return malformed("bad_alias", f"{alias} can not be an alias.", hint, "founder")
    if actor.alias != alias:
        hint = f"Run it with --actor {alias}."
        return malformed("not_the_founder", f"{alias} registers the organisation in person.", hint, "founder")
    matrix_id = args.text("matrix_id")
    known = snapshot.owner(alias)
    founder = Owner(
        owner_id=known.owner_id if known is not None else next_owner_id(snapshot),
        alias=alias,
        matrix_id=matrix_id,
        license=LICENSE,
        status="active",
        roles=(FOUNDER_ROLE_ID,),
        privacy_level="alias_only",
        joined_at=now,
        wiki_path=paths.owner_page_path(alias),
    )
    team_page, team = new_team(LEADERSHIP, alias, matrix_id.partition(":")[2], now)
    role_page, role = _founder_role(alias, now)
    amount = args.amount("founding_sc") if "founding_sc" in args else Decimal(0)
    if amount < 0:
        return malformed("bad_amount", "The founding SC can not be below 0.", field="founding_sc")
    tranches = _tranches(snapshot, alias, amount, now)
    begun = LicenseTransaction(now, "founding", alias, None, LICENSE, None, "founder", "The founder's license")
    index = [
        Append(tables.OWNERS, founder),
        Append(tables.LICENSES, begun),
        Append(tables.TEAMS, team),
        Append(tables.ROLES, role),
        *(Append(tables.PENDING, row) for row in tranches),
        *(Append(tables.TREASURY, row) for row in _treasury(name, amount, now)),
    ]
    audit = [
        Audit("register_smartup", Entity("organisation", "2_workplace"), f"{name} is registered by {alias}."),
        Audit("register_smartup", Entity("owner", alias), f"{alias} is owner {founder.owner_id}, the founder."),
        *(
            Audit("register_smartup", Entity("award", t.pending_id), f"{sc(t.amount)} pending: {t.note}")
            for t in tranches
        ),
    ]
    home = new_home(name, alias, now, [(f"{team.team_id} {team.name}", team_page.path)])
    owner_page = pages.owner_page(alias, author=alias, at=now, license_name=LICENSE)
    markdown = (home, *_policies(amount), team_page, role_page, PageWrite(founder.wiki_path or "", owner_page))
    return Change(
        markdown=tuple(page for page in markdown if snapshot.tree.blob_id(page.path) is None),
        index=tuple(_missing(snapshot, index)),
        audit=tuple(audit),
        message=audit[0].details,
        figures=tuple(f"{row.pending_id}: {sc(row.amount)}. {row.note}." for row in tranches),
        next_step="bootstrap_teams enters the teams and their roles.",
        data={"name": name, "founder": alias, "tranches": [money(row.amount) for row in tranches]},
    )


def _registered(snapshot: Snapshot, alias: str) -> bool:
    """Whether an organisation is here, and is not this one with its registration broken off.

    Owners whom an import brought from an older ledger wait for it.
    """
    events = snapshot.rows(tables.EVENTS)
    brought = {event.entity_id for event in events.where(action="import", entity_type=tables.OWNERS.name)}
    others = [row.alias for row in snapshot.rows(tables.OWNERS) if row.alias != alias and row.alias not in brought]
    return bool(others) or bool(events.where(action="register_smartup"))


def _missing(snapshot: Snapshot, index: Sequence[Append]) -> Iterator[RowWrite]:
    """The rows that are not there yet; a row of a register that is, with the values that it lacks."""
    for write in index:
        table, row = write.table, write.row
        if table.key:
            key = tuple(str(getattr(row, name)) for name in table.key)
            known = snapshot.rows(table).get(*key)
            if known is None:
                yield write
            elif table is tables.OWNERS:
                values = {"roles": row.roles, "matrix_id": known.matrix_id or row.matrix_id, "status": row.status}
                values |= {"license": row.license, "wiki_path": known.wiki_path or row.wiki_path}
                lacking = {name: value for name, value in values.items() if getattr(known, name) != value}
                if lacking:
                    yield Update(table, key, lacking)
        else:
            field = "alias" if table is tables.LICENSES else "event_type"
            if not snapshot.rows(table).where(**{field: getattr(row, field)}):
                yield write


def _policies(founding: Decimal) -> tuple[PageWrite, ...]:
    """The policy files of a new ledger; what they state of the founding work is what is entered with them."""
    rates = with_value(DEFAULT_TEXTS[CREDIT_RATES], "founding.total_sc", f"{founding.normalize():f}")
    return tuple(PageWrite(path, text) for path, text in (DEFAULT_TEXTS | {CREDIT_RATES: rates}).items())


def _founder_role(alias: str, now: datetime) -> tuple[PageWrite, Role]:
    path = paths.role_page_path(FOUNDER_ROLE_ID, FOUNDER)
    text = "Began the organisation. Has the captains' commands, and never decides on their own work."
    row = Role(
        role_id=FOUNDER_ROLE_ID,
        role_name=FOUNDER,
        team_id=LEADERSHIP.team_id,
        type=FOUNDER,
        status="active",
        recruitment=None,
        skills_required="",
        commitment=None,
        sc_potential_weekly=None,
        holder=alias,
        description=text,
        wiki_path=path,
    )
    page = pages.role_page(
        FOUNDER_ROLE_ID, FOUNDER, author=alias, at=now, team_id=LEADERSHIP.team_id, facts=[("Type", FOUNDER)], text=text
    )
    return PageWrite(path, page), row


def _tranches(snapshot: Snapshot, alias: str, total: Decimal, now: datetime) -> list[PendingSC]:
    """The founding work as pending rows without a session; the last one takes what rounding leaves."""
    if not total:
        return []
    known = snapshot.tree if snapshot.tree.blob_id(CREDIT_RATES) else _default_tree()
    parts = [cents(total * percent / 100) for percent in Policies(known).credits.founding.tranches]
    parts[-1] += total - sum(parts)
    # Awards that an import brought keep their numbers; tranches of a registration that was broken off have theirs.
    rows = snapshot.rows(tables.PENDING)
    first = 1 if all(row.adm_role == FOUNDER for row in rows) else rows.largest("pending_id") + 1
    notes = [*TRANCHES, *("Founding tranche",) * len(parts)]
    return [
        PendingSC(
            pending_id=f"g_{number}",
            timestamp=now,
            session_id=None,
            task_id=None,
            beneficiary=alias,
            adm_role=FOUNDER,
            amount=amount,
            effort=None,
            learning=None,
            collaboration=None,
            percentage=None,
            share=None,
            assessed_by=None,
            status="pending",
            consensus_ends_at=None,
            validated_by=None,
            validated_at=None,
            note=notes[number - first],
        )
        for number, amount in enumerate(parts, first)
    ]


def _default_tree() -> MappingTree:
    return MappingTree({path: text.encode() for path, text in DEFAULT_TEXTS.items()})


def _treasury(name: str, founding: Decimal, now: datetime) -> list[TreasuryBalance]:
    """The record's first rows: an empty treasury, and pending SC that are no liability yet."""
    zero, ratio = Decimal(0), Decimal("0.0")
    rows = [
        TreasuryBalance(now, "INIT", zero, zero, zero, zero, ratio, f"Treasury initialized - {name}", "system-init")
    ]
    if founding:
        note = f"{founding.normalize():f} SC pending validation - not yet liability"
        rows.append(TreasuryBalance(now, "PENDING_LOGGED", zero, zero, zero, zero, ratio, note, AUDIT_REFERENCE))
    return rows
