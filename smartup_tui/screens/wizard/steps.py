"""The wizard's steps: what each asks, what it says, and how its answers are checked. Nothing of the screen is here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from smartup_tui import secrets
from smartup_tui.config import SecretKind
from smartup_tui.config_error import ConfigError
from smartup_tui.screens.wizard.state import Setup
from smartup_tui.secrets import SecretError
from smartup_tui.text import clean_line
from smartup_tui.workspace import setup, setup_draft, setup_login
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.setup_draft import Draft
from smartup_tui.workspace.setup_login import Secrets

_SHOWN_REPOSITORIES: Final = 6
_NONE: Final = "none"
"""What is written in place of a token where there is to be none."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One line to be filled in; `example` stands in it while it is empty, which an `optional` one may stay."""

    name: str
    label: str
    value: str = ""
    example: str = ""
    secret: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a step: whether one goes on, what was found, and which line is to be corrected."""

    ok: bool
    checks: tuple[Check, ...] = ()
    field: str = ""


class Step:
    """One page of the wizard."""

    title: ClassVar[str] = ""
    goes_on: ClassVar[str] = "check and go on"
    """What Enter does."""

    def about(self, state: Setup) -> Sequence[str]:
        """What is said above the lines."""
        raise LookupError(state)

    def asks(self, state: Setup) -> tuple[Ask, ...]:  # noqa: ARG002 - for those that ask
        """The lines to fill in."""
        return ()

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:  # noqa: ARG002
        """Take the answers; one goes on where they are good."""
        return Result(ok=True)


class Welcome(Step):
    """What this is, and what it will ask."""

    title = "Setting up your organisation"
    goes_on = "begin"

    def about(self, state: Setup) -> Sequence[str]:
        lines = [
            (
                "Smartup needs to know two places: the Matrix homeserver where your organisation talks, and the forge"
                " that keeps its ledger. It checks each, finds you in the book of owners, and stores nothing before you"
                " have seen all of it."
            ),
            "",
            (
                "Have ready: your Matrix id with its password (or an access token), and the forge's address; a token"
                " for the forge too, unless the ledger is public."
            ),
        ]
        if state.known:
            names = ", ".join(state.known)
            lines[2] = (
                f"Known here: {names}. Enter changes the one named below; what you do not touch stays as it is, logins"
                " too. Another name sets up another organisation."
            )
        elif state.draft != Draft():
            lines += ["", f"It goes on with what is known: {clean_line(state.draft.user or state.draft.homeserver)}."]
        else:
            lines += ["", "To look around first, on this machine and with a sample organisation: smartup demo"]
        return lines

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        return (Ask("profile", "Profile", state.profile, "such as smartup-zero"),) if state.known else ()

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        if state.known:
            name = setup.profile_name(state.home, Draft(name=said["profile"].strip()))
            if name != state.profile and state.entered is not None:
                await setup_login.give_up(state.entered)
            state.about(name)
            await asyncio.to_thread(state.keep_what_is_there)
        return Result(ok=True)


class Login(Step):
    """The homeserver, and who one is there."""

    title = "Homeserver and login"

    def about(self, state: Setup) -> Sequence[str]:
        if state.entered is not None and state.entered.account is not None:
            return ("You are logged in. Write a password only to log in anew.",)
        if state.kept.account is not None:
            return ("Your login is kept. Write a password, or a token, only to log in anew.",)
        return (
            "Your Matrix id leads to your homeserver; if not, write its address.",
            "The password logs you in once and is not kept; a token does instead.",
        )

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        example = "not needed now" if _has_login(state, state.draft.user) else ""
        return (
            Ask("user", "Your Matrix id", state.draft.user, "such as @maria:example.org"),
            Ask("homeserver", "Homeserver", state.draft.homeserver, "found by your Matrix id", optional=True),
            Ask("password", "Password", secret=True, example=example),
            Ask("token", "or access token", secret=True, example=example),
        )

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        user, written, token = said["user"].strip(), said["homeserver"].strip(), setup_draft.token_of(said["token"])
        for name, fault in (
            ("user", setup_draft.user_fault(user)),
            ("homeserver", setup_draft.address_fault(setup_draft.address(written), "homeserver") if written else None),
            ("token", setup_draft.token_fault(token)),
        ):
            if fault is not None:
                return _wrong(name, fault)
        before = state.draft
        if not said["password"] and token is None and not _has_login(state, user):
            return _wrong("password", "A password or an access token is wanted.")
        homeserver = await setup_login.find_homeserver(written.rstrip("/"), user)
        if isinstance(homeserver, Check):
            return Result(ok=False, checks=(homeserver,), field="homeserver")
        state.say(homeserver=homeserver, user=user)  # only now: a password in the wrong line is not to be kept
        same = (before.homeserver, before.user) == (homeserver, user)
        known = state.entered.account if state.entered is not None and same else None
        if not said["password"] and token is None:
            if known is not None:
                return Result(ok=True)
            if not state.kept.fits(state.draft):
                return _wrong("password", "The login that is kept is another one; a password or a token is wanted.")
        if state.entered is not None and not same:
            await setup_login.give_up(state.entered)
        if said["password"]:
            state.entered = await setup_login.log_in(state.draft, said["password"], known)
        elif token is not None:
            state.entered = await setup_login.take_token(state.draft, token)
        else:
            state.entered = await setup_login.keep(state.kept)
        wrong = "token" if token is not None and not said["password"] else "password"
        if state.entered.check.name == "homeserver":
            wrong = "homeserver"
        return Result(state.entered.account is not None, (state.entered.check,), wrong)


class Forge(Step):
    """The forge, and the login there."""

    title = "Forge"

    def about(self, state: Setup) -> Sequence[str]:
        del state
        return (
            (
                "The ledger is a repository there. Reading it needs a token, unless it is public: on the forge, under"
                " Settings, Applications, with the scopes read:repository and, for the teams' issues, read:issue."
            ),
        )

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        kept = state.forge_token or state.kept.forge_token
        example = f"kept; {_NONE} for a public ledger" if kept else "none for a public ledger"
        return (
            Ask("forge_url", "Forge", state.draft.forge_url, "such as https://git.example.org"),
            Ask("token", "Token", secret=True, example=example),
        )

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        url = setup_draft.address(said["forge_url"])
        token = setup_draft.token_of(said["token"])
        if token is None and url == state.draft.forge_url:
            # Gone back and forth, what was given holds; and so does what is kept.
            token = state.forge_token or (state.kept.forge_token if url == state.kept.forge_url else None)
        elif token is not None and token.lower() == _NONE:
            token = None
        if fault := setup_draft.address_fault(url, "forge"):
            return _wrong("forge_url", fault)
        if fault := setup_draft.token_fault(token):
            return _wrong("token", fault)
        state.say(forge_url=url)
        state.seen = await setup.look_at_forge(state.draft, token)
        state.forge_token = token
        wrong = "forge_url" if state.seen.checks[-1].name == "forge" else "token"
        return Result(state.seen.ok, state.seen.checks, wrong)


class Repository(Step):
    """Which repository is the ledger."""

    title = "The ledger's repository"

    def about(self, state: Setup) -> Sequence[str]:
        found = state.seen.repositories if state.seen is not None else ()
        if not found:
            return ("The forge shows no repository to this login; write owner and name as they are in its address.",)
        shown = " · ".join(clean_line(name, 60) for name in found[:_SHOWN_REPOSITORIES])
        more = f" and {len(found) - _SHOWN_REPOSITORIES} more" if len(found) > _SHOWN_REPOSITORIES else ""
        return ("Seen there:", f"{shown}{more}")

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        found = state.seen.repositories if state.seen is not None else ()
        name = state.draft.repository or (found[0] if found else "")
        return (
            Ask("repository", "Repository", name, f"such as Smartup_Zero/{setup_draft.LEDGER_REPO}"),
            Ask("branch", "Branch", state.draft.branch, "such as main"),
        )

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        name = said["repository"].strip().strip("/")
        if fault := setup_draft.repository_fault(name):
            return _wrong("repository", fault)
        draft = setup_draft.changed(state.draft, repository=name, branch=said["branch"].strip() or "main")
        state.book = await setup.look_at_ledger(draft, state.forge_token)
        if state.book.ok:
            state.draft = setup.with_guesses(draft, state.book)
        return Result(state.book.ok, state.book.checks, "repository")


class You(Step):
    """Who one is in the book of owners."""

    title = "You"

    def about(self, state: Setup) -> Sequence[str]:
        user = clean_line(state.draft.user)
        alias = state.book.alias_of(state.draft.user) if state.book is not None else None
        if alias is not None:
            return (
                f"The book of owners knows {user} as {alias}.",
                "Engelbot answers your commands; only answers from its Matrix id are believed.",
            )
        return (
            f"The book of owners has nobody with the Matrix id {user}; Engelbot will not know you by it.",
            "A captain can enter you, or set your id; you can go on with your alias, and read meanwhile.",
        )

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        draft = state.draft
        return (
            Ask("alias", "Your alias", draft.alias, "such as maria"),
            Ask("organisation", "Organisation", draft.organisation, "such as Smartup Zero"),
            Ask("engelbot", "Engelbot", draft.engelbot, "such as @engelbot:example.org"),
            Ask("name", "Profile's name", setup.profile_name(state.home, draft), "such as smartup-zero"),
        )

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        state.say(**{name: value.strip() for name, value in said.items()})
        for name, words in (("alias", "Your alias"), ("organisation", "The organisation's name")):
            if not said[name].strip():
                return _wrong(name, f"{words} is wanted.")
        for part in said["engelbot"].replace(",", " ").split():
            if fault := setup_draft.user_fault(part):
                return _wrong("engelbot", fault)
        state.place = await asyncio.to_thread(secrets.place, state.kind, state.home)
        assert state.book is not None
        return Result(ok=True, checks=(setup.look_for_owner(state.draft, state.book),))


class Confirm(Step):
    """All of it once more, before it is stored."""

    title = "All of it"
    goes_on = "store it and open the workspace"

    def about(self, state: Setup) -> Sequence[str]:
        draft, name = state.draft, setup.profile_name(state.home, state.draft)
        token = "with a token" if state.forge_token else "without a token"
        changed = " (it is there already, and changed)" if name in state.known else ""
        return [
            f"You            {clean_line(draft.user)}, alias {clean_line(draft.alias)}",
            f"Organisation   {clean_line(draft.organisation)}",
            f"Homeserver     {clean_line(draft.homeserver)}",
            f"Ledger         {clean_line(draft.repository)}, branch {clean_line(draft.branch)}",
            f"Forge          {clean_line(draft.forge_url)}, {token}",
            f"Engelbot       {clean_line(draft.engelbot) or 'none; no answer will be believed'}",
            f"Profile        {name}{changed}",
            "",
            (f"Nothing is stored yet. Your tokens go to: {state.place}. Write keyring or file to choose yourself."),
        ]

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        return (Ask("secrets", "Tokens in", state.kind, "auto, keyring or file"),)

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        wanted = said["secrets"].strip().lower() or "auto"
        kinds: dict[str, SecretKind] = {"auto": "auto", "keyring": "keyring", "file": "file"}
        if wanted not in kinds:
            return _wrong("secrets", "Write auto, keyring or file.")
        assert state.entered is not None
        assert state.entered.account is not None
        account, kind = state.entered.account, kinds[wanted]
        tokens = Secrets(account.access_token, state.forge_token)
        try:
            state.stored = await asyncio.to_thread(setup.store, state.home, state.draft, account, tokens, kind)
            place = await asyncio.to_thread(secrets.place, kind, state.home)
        except (ConfigError, SecretError) as error:
            mend = error.hint
            if isinstance(error, SecretError) and wanted != "file":
                mend = "Write file to keep your tokens in a file that only you can read."
            found = Check("storing", Health.FAULT, error.message, mend)
            return Result(ok=False, checks=(found,), field="secrets")
        found = Check("stored", Health.WELL, f"profile {state.stored}; the tokens are in {place}")
        return Result(ok=True, checks=(found,))


STEPS: Final[tuple[Step, ...]] = (Welcome(), Login(), Forge(), Repository(), You(), Confirm())


def _has_login(state: Setup, user: str) -> bool:
    """Whether there may be a login of this user, so that none is asked for."""
    entered = state.entered.account if state.entered is not None else None
    return any(account is not None and account.user_id == user for account in (entered, state.kept.account))


def _wrong(field: str, words: str) -> Result:
    return Result(ok=False, checks=(Check("", Health.FAULT, words),), field=field)
