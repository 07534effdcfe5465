"""The seven teams and their roles as the public record has them (domain.md §1 and §2).

The captain of the design team is the one role whose fields are published in full; those of others are empty in the
record. Senior and junior roles, and what the teams are for, follow the record's glossary.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Recruitment = Literal["OPEN", "FUTURE"]


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """One role of a team; `rank` is the middle part of its id: 1 captain, 2 senior, 3 junior."""

    rank: int
    name: str
    type: str
    recruitment: Recruitment | None = None
    skills: str = ""
    commitment: str | None = None
    sc_weekly: Decimal | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """One team, numbered 3_N, with its roles."""

    number: int
    slug: str
    name: str
    description: str
    roles: tuple[RoleRecord, ...]

    @property
    def team_id(self) -> str:
        """The team's id, such as `3_2`."""
        return f"3_{self.number}"

    def role_id(self, role: RoleRecord) -> str:
        """The id of one of its roles, such as `4_1_2`."""
        return f"4_{role.rank}_{self.number}"


def _captain(name: str, recruitment: Recruitment | None = None, skills: str = "", description: str = "") -> RoleRecord:
    published = recruitment is not None
    return RoleRecord(
        rank=1,
        name=name,
        type="team_captain",
        recruitment=recruitment,
        skills=skills,
        commitment="40+ hrs/week" if published else None,
        sc_weekly=Decimal("500.00") if published else None,
        description=description or "Coordinates the team, is elected by it and accountable to it.",
    )


def _senior(name: str, skills: str, kind: str = "senior") -> RoleRecord:
    return RoleRecord(2, name, kind, "OPEN", skills, description="Executes the team's tasks, usually as attacker.")


def _junior(name: str, skills: str) -> RoleRecord:
    description = "Learns the team's work beside a senior, usually as defender."
    return RoleRecord(3, name, "junior", "OPEN", skills, description=description)


LEADERSHIP: Final = TeamRecord(
    1,
    "leadership_team",
    "Leadership Team",
    "Captains and the founder: moderates the General Forum and the Workplace, and protects progress and quality.",
    (
        _captain("tc_leadership_team"),
        RoleRecord(2, "leadership_member", "leadership", "FUTURE", description="Shares the leadership's decisions."),
        _junior("leadership_assistant", "Writing, facilitation, keeping minutes"),
    ),
)

TEAMS: Final[tuple[TeamRecord, ...]] = (
    LEADERSHIP,
    TeamRecord(
        2,
        "design_team",
        "Design Team",
        "User experience, accessibility, branding and prototypes.",
        (
            _captain(
                "tc_design",
                "OPEN",
                "Crisis/Emergency UX Design, Accessibility-First Design, Offline-First Application Design, "
                "Design Systems, Information Architecture, Rapid Prototyping, Team Leadership",
                "Leads the design of ONLIFE, an emergency mesh network whose interface must work for people in crisis.",
            ),
            _senior("senior_designer", "Interface design, accessibility, user research"),
            _junior("junior_designer", "Interest in design, patience with users"),
        ),
    ),
    TeamRecord(
        3,
        "developer_team",
        "Developer Team",
        "Builds and tests the product and the tools it is made with.",
        (
            _captain(
                "tc_developer",
                "OPEN",
                "Mobile development (Android/Kotlin or iOS/Swift), a production mobile app shipped, leading developers",
                "Leads the building of ONLIFE on phones.",
            ),
            _senior("senior_developer", "Mobile or Python development, testing, code review"),
            _junior("junior_developer", "First programming experience, reading code with care"),
        ),
    ),
    TeamRecord(
        4,
        "business_team",
        "Business Team",
        "Strategy, financial planning and the Official Smartup Business Plan.",
        (
            _captain("tc_business"),
            _senior("senior_business", "Financial planning, cooperatives, writing"),
            _junior("junior_business", "Spreadsheets, curiosity about cooperatives"),
        ),
    ),
    TeamRecord(
        5,
        "media_team",
        "Media Team",
        "Tells the story of the experiment, in public and in plain words.",
        (
            _captain("tc_media"),
            _senior("senior_media", "Writing, editing, video"),
            _junior("junior_media", "Writing, photography"),
        ),
    ),
    TeamRecord(
        6,
        "science_team",
        "Science Team",
        "Keeps the experiment scientific: questions, measures and reviews.",
        (
            _captain("tc_science"),
            _senior("senior_science", "Research design, statistics, reviewing"),
            _junior("junior_science", "Reading papers, keeping data in order"),
        ),
    ),
    TeamRecord(
        7,
        "operational_team",
        "Operational Team",
        "Runs SmartupOS: homeserver, forge, Toolbox, Engelbot and the onboarding of owners.",
        (
            _captain("tc_operational_team"),
            _senior("senior_operations", "Linux, networks, backups, helping people"),
            _junior("junior_operations", "First steps on the command line, writing guides"),
        ),
    ),
)

FOUNDER_ROLE_ID: Final = "4_0_1"
TRANCHES: Final = (
    "Design tranche: when 2 or more team captains are recruited",
    "Production tranche: with 50 or more owners, or a working product",
    "Organization tranche: at market launch",
)
"""What releases each founding tranche (domain.md §7, Vesting)."""
