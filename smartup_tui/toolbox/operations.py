"""Every operation by the name of its command, complete against the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from smartup_tui.ledger.actor import Actor
from smartup_tui.ledger.arguments import Arguments
from smartup_tui.ledger.change import Outcome
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.bootstrap.register import register_smartup
from smartup_tui.toolbox.bootstrap.teams import bootstrap_teams
from smartup_tui.toolbox.bootstrap.vest import vest
from smartup_tui.toolbox.owners.apply import apply
from smartup_tui.toolbox.owners.comment import comment
from smartup_tui.toolbox.owners.kudos import kudos
from smartup_tui.toolbox.owners.objecting import object_
from smartup_tui.toolbox.owners.propose import propose
from smartup_tui.toolbox.owners.redeem import redeem
from smartup_tui.toolbox.owners.resign import resign
from smartup_tui.toolbox.owners.vote import vote
from smartup_tui.toolbox.owners.withdraw import withdraw
from smartup_tui.toolbox.queries.clock import clock
from smartup_tui.toolbox.queries.help import help_
from smartup_tui.toolbox.queries.history import history
from smartup_tui.toolbox.queries.objectives import objective, objectives
from smartup_tui.toolbox.queries.proposals import proposal, proposals
from smartup_tui.toolbox.queries.review import review_queue
from smartup_tui.toolbox.queries.roles import open_roles, role
from smartup_tui.toolbox.queries.tasks import my_tasks, open_tasks, task
from smartup_tui.toolbox.queries.teams import team, teams
from smartup_tui.toolbox.queries.treasury import treasury
from smartup_tui.toolbox.queries.wallet import wallet
from smartup_tui.toolbox.queries.who import who
from smartup_tui.toolbox.settle import settle
from smartup_tui.toolbox.teamcaptain.applications import accept_application, decline_application
from smartup_tui.toolbox.teamcaptain.assess import assess_work
from smartup_tui.toolbox.teamcaptain.assign import assign_task
from smartup_tui.toolbox.teamcaptain.cancel import cancel_task
from smartup_tui.toolbox.teamcaptain.karma import award_sk
from smartup_tui.toolbox.teamcaptain.objectives import create_objective
from smartup_tui.toolbox.teamcaptain.owners import create_owner
from smartup_tui.toolbox.teamcaptain.redemptions import pay_redemption
from smartup_tui.toolbox.teamcaptain.resolve import resolve
from smartup_tui.toolbox.teamcaptain.roles import assign_role
from smartup_tui.toolbox.teamcaptain.set_objective import set_objective
from smartup_tui.toolbox.teamcaptain.set_owner import set_owner
from smartup_tui.toolbox.teamcaptain.set_role import set_role
from smartup_tui.toolbox.teamcaptain.set_task import set_task
from smartup_tui.toolbox.teamcaptain.tasks import create_task
from smartup_tui.toolbox.teamcaptain.treasury import record_treasury
from smartup_tui.toolbox.teamcaptain.validate import validate_sc
from smartup_tui.toolbox.workers.clock import start_work, stop_work
from smartup_tui.toolbox.workers.correct import correct_session
from smartup_tui.toolbox.workers.seats import claim_task, release_task

Operation = Callable[[Snapshot, Actor, Arguments, datetime], Outcome]
"""A pure function: what an actor's command means to one moment of the ledger at one time (UTC)."""

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "help": help_,
        "my_tasks": my_tasks,
        "open_tasks": open_tasks,
        "task": task,
        "open_roles": open_roles,
        "wallet": wallet,
        "clock": clock,
        "proposals": proposals,
        "proposal": proposal,
        "review_queue": review_queue,
        "apply": apply,
        "kudos": kudos,
        "propose": propose,
        "object": object_,
        "vote": vote,
        "withdraw": withdraw,
        "redeem": redeem,
        "resign": resign,
        "comment": comment,
        "objectives": objectives,
        "objective": objective,
        "teams": teams,
        "team": team,
        "role": role,
        "who": who,
        "treasury": treasury,
        "history": history,
        "claim_task": claim_task,
        "release_task": release_task,
        "start_work": start_work,
        "stop_work": stop_work,
        "correct_session": correct_session,
        "create_owner": create_owner,
        "assign_role": assign_role,
        "set_role": set_role,
        "set_owner": set_owner,
        "create_objective": create_objective,
        "set_objective": set_objective,
        "create_task": create_task,
        "set_task": set_task,
        "assign_task": assign_task,
        "cancel_task": cancel_task,
        "assess_work": assess_work,
        "validate_sc": validate_sc,
        "award_sk": award_sk,
        "record_treasury": record_treasury,
        "resolve": resolve,
        "accept_application": accept_application,
        "decline_application": decline_application,
        "pay_redemption": pay_redemption,
        "register_smartup": register_smartup,
        "bootstrap_teams": bootstrap_teams,
        "vest": vest,
        "settle": settle,
    }
)
