"""The wizard's steps: what each asks, what it says, and how its answers are checked. Nothing of the screen is here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from smartup_tui import config, secrets
from smartup_tui.config import Home, SecretKind
from smartup_tui.config_error import ConfigError
from smartup_tui.secrets import SecretError
from smartup_tui.text import clean_line
from smartup_tui.workspace import setup
from smartup_tui.workspace.checks import Check, Health
from smartup_tui.workspace.setup import Book, Draft, Entered, Secrets, Seen

_SHOWN_REPOSITORIES: Final = 6


@dataclass(frozen=True, slots=True)
class Ask:
    """One line to be filled in; `example` stands in it while it is empty."""

    name: str
    label: str
    value: str = ""
    example: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a step: whether one goes on, what was found, and which line is to be corrected."""

    ok: bool
    checks: tuple[Check, ...] = ()
    field: str = ""


class Setup:
    """What has been answered so far."""

    def __init__(self, home: Home, profile: str | None = None) -> None:
        """Begin with what was left the last time, or with a profile to be changed."""
        self.home = home
        self.draft = setup.draft_of(home)
        self.known: Mapping[str, config.Profile] = {}
        self.kind: SecretKind = "auto"
        try:
            loaded = config.load(home)
            self.known, self.kind = loaded.profiles, loaded.secrets
        except ConfigError:
            pass  # said at the end, when it has to be written
        if profile is not None and profile in self.known:
            self.draft = setup.draft_from(profile, self.known[profile])
        self.entered: Entered | None = None
        self.forge_token: str | None = None
        self.seen: Seen | None = None
        self.book: Book | None = None
        self.place = ""
        """Where the tokens go, in words."""
        self.stored: str | None = None
        """The name of the profile, once it is stored."""

    def say(self, **values: str) -> None:
        """Take answers."""
        self.draft = setup.changed(self.draft, **values)


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
        if state.draft != Draft():
            lines += ["", f"It goes on with what is known: {clean_line(state.draft.user or state.draft.homeserver)}."]
        elif not state.known:
            lines += ["", "To look around first, on this machine and with a sample organisation: smartup demo"]
        return lines


class Login(Step):
    """The homeserver, and who one is there."""

    title = "Homeserver and login"

    def about(self, state: Setup) -> Sequence[str]:
        if state.entered is not None and state.entered.account is not None:
            return ("You are logged in. Write a password only to log in anew.",)
        return ("The password is used once, to log in, and not kept. An access token does instead.",)

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        return (
            Ask("homeserver", "Homeserver", state.draft.homeserver, "such as https://matrix.example.org"),
            Ask("user", "Your Matrix id", state.draft.user, "such as @maria:example.org"),
            Ask("password", "Password", secret=True),
            Ask("token", "or access token", secret=True),
        )

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        homeserver, user = setup.address(said["homeserver"]), said["user"].strip()
        before, token = state.draft, setup.token_of(said["token"])
        for name, fault in (
            ("homeserver", setup.address_fault(homeserver, "homeserver")),
            ("user", setup.user_fault(user)),
            ("token", setup.token_fault(token)),
        ):
            if fault is not None:
                return _wrong(name, fault)
        state.say(homeserver=homeserver, user=user)  # only now: a password in the wrong line is not to be kept
        same = (before.homeserver, before.user) == (homeserver, user)
        known = state.entered.account if state.entered is not None and same else None
        if not said["password"] and token is None:
            if known is not None:
                return Result(ok=True)
            return _wrong("password", "A password or an access token is wanted.")
        if state.entered is not None and not same:
            await setup.give_up(state.entered)
        if said["password"]:
            state.entered = await setup.log_in(state.draft, said["password"], known)
        else:
            assert token is not None
            state.entered = await setup.take_token(state.draft, token)
        wrong = "password" if said["password"] else "token"
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
                " Settings, Applications, with the right to read repositories."
            ),
        )

    def asks(self, state: Setup) -> tuple[Ask, ...]:
        return (
            Ask("forge_url", "Forge", state.draft.forge_url, "such as https://git.example.org"),
            Ask("token", "Token", secret=True, example="none for a public ledger"),
        )

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        url = setup.address(said["forge_url"])
        token = setup.token_of(said["token"])
        if token is None and url == state.draft.forge_url:
            token = state.forge_token  # gone back and forth: what was given holds
        if fault := setup.address_fault(url, "forge"):
            return _wrong("forge_url", fault)
        if fault := setup.token_fault(token):
            return _wrong("token", fault)
        state.say(forge_url=url)
        state.seen = await setup.look_at_forge(state.draft, token)
        state.forge_token = token
        wrong = "forge_url" if state.seen.checks[0].name == "forge" else "token"
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
            Ask("repository", "Repository", name, f"such as Smartup_Zero/{setup.LEDGER_REPO}"),
            Ask("branch", "Branch", state.draft.branch, "such as main"),
        )

    async def check(self, state: Setup, said: Mapping[str, str]) -> Result:
        name = said["repository"].strip().strip("/")
        if fault := setup.repository_fault(name):
            return _wrong("repository", fault)
        draft = setup.changed(state.draft, repository=name, branch=said["branch"].strip() or "main")
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
            if fault := setup.user_fault(part):
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
        replaced = " (it is there already, and replaced)" if name in state.known else ""
        return [
            f"You            {clean_line(draft.user)}, alias {clean_line(draft.alias)}",
            f"Organisation   {clean_line(draft.organisation)}",
            f"Homeserver     {clean_line(draft.homeserver)}",
            f"Ledger         {clean_line(draft.repository)}, branch {clean_line(draft.branch)}",
            f"Forge          {clean_line(draft.forge_url)}, {token}",
            f"Engelbot       {clean_line(draft.engelbot) or 'none; no answer will be believed'}",
            f"Profile        {name}{replaced}",
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


def _wrong(field: str, words: str) -> Result:
    return Result(ok=False, checks=(Check("", Health.FAULT, words),), field=field)
