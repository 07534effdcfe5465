"""The policy files that a new ledger begins with, word for word.

Numbers are those of the public record (domain.md §2 and §7) where it has them; `decided` marks the others (ledger.md
§4). In a ledger they change only by an accepted proposal of kind `policy`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_CREDIT_RATES = """\
# Smartup Credits: 1 SC is a claim of EUR 1 on the treasury.
# Budgets of tasks in SC: 1-2 hours, 3-4 hours, 5-8 hours, 1-2 days of work.
budgets:
  small: 25
  medium: 50
  large: 100
  complex: 200

# How an award is split, in percent. The defender gets the remainder to the cent; a midfielder's part is not minted,
# since Engelbot is no owner.
split:
  attacker: 90
  defender: 10
  midfielder: 0

# The payout lies on the line through these points: [total of the three scores, percent].
payout:
  - [0, 0]
  - [6, 20]
  - [18, 60]
  - [24, 80]
  - [27, 95]
  - [30, 100]

# SC of task awards that one person can be minted on one UTC day, whatever the license.
daily_cap: 500

# The founding work 2016-2025, in tranches of percent: design, production, organization. Entered when the organisation
# was registered; no proposal changes it.
founding:
  total_sc: 82200
  tranches: [30, 40, 30]
"""

_KARMA_RULES = """\
# Social Karma: reputation in whole points. It is never bought and never transferred.
awards:
  code_review: 5
  bug_find: 10
  documentation: 15
  mentoring_session: 10
  mentoring_weekly: 5
  conflict_resolution: 25
  onboarding_help: 8
  governance_participation: 20
  proposal_accepted: 20
  meeting_facilitation: 15
  cross_team_coordination: 12
  objective_completion: 15
  deadline_hit: 10
  quality_delivery: 12

# Kudos between owners (decided): size of one, what a giver has in a week, and in a month for one person.
kudos:
  minimum: 1
  maximum: 5
  giver_week: 10
  pair_month: 10

# SK needed to open a proposal and to be given a role. Checked then, never afterwards.
thresholds:
  propose: 50
  captain: 100
  mission_leader: 200
  leadership: 500

# On the 1st, 00:00 UTC: percent of what is older than the days of grace; then the bonus of an active month.
decay:
  percent: 10
  grace_days: 30
  active_bonus: 5

# While fewer owners than this reach a threshold, the founder may waive it (decided).
bootstrap_owners: 10
"""

_LICENSE_POLICIES = """\
# One owner, one vote, whatever the license. `work` opens the workers' commands, and `earn_sc` pays for the work; the
# cap on SC is daily_cap in credit-rates.yml. SK caps are per person and UTC day; prices are EUR by phase.
phase: validation

licenses:
  campaign:
    work: false
    earn_sc: false
    votes: true
    sk_per_day: 25
    # Kudos count as community building (decided).
    earn_sk: [community_building, governance_participation, mentoring_help, kudos, active_month]
    earn_sk_except: []
    prices: {validation: 0, design: 0, production: 0, organization: 0}
  watch:
    work: false
    earn_sc: false
    votes: true
    sk_per_day: 50
    earn_sk: [all]
    earn_sk_except: [leadership]
    prices: {validation: 100, design: 200, production: 400, organization: 800}
  work:
    work: true
    earn_sc: true
    votes: true
    sk_per_day: 100
    earn_sk: [all]
    earn_sk_except: []
    prices: {validation: 200, design: 400, production: 800, organization: 1600}
  organizational:
    work: true
    earn_sc: true
    votes: true
    sk_per_day: 100
    earn_sk: [all]
    earn_sk_except: []
    prices: {validation: 5000, design: 10000, production: 20000, organization: 40000}

# What a step asks. The leadership or the founder enters each one, so `approval`, the record's word, decides nothing.
upgrades:
  campaign_watch: {sk: 100, eur: 0, approval: false}
  watch_work: {sk: 50, eur: 200, approval: false}
  work_organizational: {sk: 200, eur: 5000, approval: true}

alias_changes_per_year: 2
# The record's levels. Every owner is alias_only: the ledger holds no names.
privacy_levels: [full_public, alias_only, anonymous]
"""

_VALIDATION_RULES = """\
# Windows: hours of silence that are consent; days of the fallback without a validator, of an objection, of a vote.
consensus_hours: 48
fallback_days: 7
objection_days: 7
vote_days: 7

# Votes (decided): quorum is the larger of a number and a percentage of the electorate; amendments need two thirds.
quorum_minimum: 3
quorum_percent: 10
amendment_yes: 2
amendment_of: 3
# If weighted, a vote weighs min(weight_maximum, 1 + SK / weight_sk).
weighted: false
weight_maximum: 1.5
weight_sk: 1000

# Outstanding SC are at most this many times the treasury in EUR. While it has never held money, mints go on and every
# view says PENDING; enforce_when_empty makes the rule strict.
max_outstanding_ratio: 3
treasury_reserve_eur: 1000
enforce_when_empty: false

# Work (decided): pairing is required or encouraged; seats an owner may hold, days an unused seat is kept, hours a
# clock may run.
pairing: required
seats_per_owner: 5
seat_days: 14
max_session_hours: 12

# Files (decided): rows of a log before it begins a new file; days after which a final row may move to a segment.
segment_rows: 1000
roll_days: 30
"""

DEFAULT_TEXTS: Final = MappingProxyType(
    {
        "policies/credit-rates.yml": _CREDIT_RATES,
        "policies/karma-rules.yml": _KARMA_RULES,
        "policies/license-policies.yml": _LICENSE_POLICIES,
        "policies/validation-rules.yml": _VALIDATION_RULES,
    }
)
