"""`smartup setup`: the wizard in the terminal, the same asked line by line (`--plain`), or all of it given at once."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import home_of
from smartup_tui.text import clean_line

if TYPE_CHECKING:
    from smartup_tui.config import Home
    from smartup_tui.workspace.checks import Check
    from smartup_tui.workspace.setup import Book
    from smartup_tui.workspace.setup_draft import Draft
    from smartup_tui.workspace.setup_login import Entered

_NEEDED: Final = ("user", "forge", "repository")
_FOUND: Final = "found by your Matrix id"
_EPILOG: Final = """\
examples:
  smartup setup                            the wizard
  smartup setup --plain                    the same, line by line
  smartup --profile smartup-zero setup     change one that is there; what is kept is not asked again
  smartup setup --user @maria:example.org --token-file token.txt \\
      --forge https://git.example.org --repository Smartup_Zero/2_workplace

Passwords and tokens are read from files or asked for; they are never arguments.
"""


def setup(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup setup`."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument("--plain", action="store_true", help="ask line by line, without a full screen")
    given = parser.add_argument_group("all at once")
    given.add_argument(
        "--homeserver", metavar="ADDRESS", help="the homeserver's address (default: found by your Matrix id)"
    )
    given.add_argument("--user", metavar="ID", help="your full Matrix id")
    given.add_argument("--token-file", type=Path, metavar="FILE", help="a file that holds your Matrix access token")
    given.add_argument("--password-file", type=Path, metavar="FILE", help="a file that holds your password, instead")
    given.add_argument("--forge", metavar="ADDRESS", help="the address of the Forgejo server")
    given.add_argument("--forge-token-file", type=Path, metavar="FILE", help="a file that holds your token there")
    given.add_argument("--repository", metavar="OWNER/NAME", help="the ledger's repository")
    given.add_argument("--branch", default="main", help="its branch (default: main)")
    given.add_argument("--alias", help="your alias (default: what the book of owners says)")
    given.add_argument("--organisation", metavar="NAME", help="what the organisation is called")
    given.add_argument("--engelbot", metavar="ID", help="Engelbot's Matrix id (default: @engelbot on your homeserver)")
    given.add_argument("--name", help="what the profile is called")
    given.add_argument("--secrets", choices=("auto", "keyring", "file"), help="where tokens are kept")
    parser.set_defaults(run=_run)


def _run(arguments: Namespace) -> int:
    if any(getattr(arguments, name) for name in (*_NEEDED, "homeserver", "token_file", "password_file")):
        return asyncio.run(_given(arguments))
    if arguments.plain:
        return _Plain(home_of(arguments), arguments).run()
    from smartup_tui import launch  # noqa: PLC0415

    if not launch.has_terminal():
        raise CommandFailed(
            Exit.USAGE, "The wizard needs a terminal.", "`smartup setup --plain` asks line by line; --help says more."
        )
    with launch.Terminal(arguments.home, arguments.profile) as terminal:
        from smartup_tui.app import run  # noqa: PLC0415 - brings Textual

        return run(arguments.home, arguments.profile, terminal, setup=True)


# All at once


async def _given(arguments: Namespace) -> int:
    from smartup_tui.workspace import setup as steps  # noqa: PLC0415 - brings the HTTP client
    from smartup_tui.workspace import setup_draft, setup_login  # noqa: PLC0415

    missing = [f"--{name}" for name in _NEEDED if not getattr(arguments, name)]
    if arguments.token_file is None and arguments.password_file is None:
        missing.append("--token-file (or --password-file)")
    if missing:
        raise CommandFailed(
            Exit.USAGE, f"These are missing: {', '.join(missing)}.", "`smartup setup --help` says more."
        )
    home = home_of(arguments)
    draft = setup_draft.Draft(
        homeserver=setup_draft.address(arguments.homeserver or ""),
        user=arguments.user,
        forge_url=setup_draft.address(arguments.forge),
        repository=arguments.repository,
        branch=arguments.branch,
        alias=arguments.alias or "",
        organisation=arguments.organisation or "",
        engelbot=arguments.engelbot or "",
        name=arguments.name or "",
    )
    faults = (
        setup_draft.address_fault(draft.homeserver, "homeserver") if draft.homeserver else None,
        setup_draft.user_fault(draft.user),
        setup_draft.address_fault(draft.forge_url, "forge"),
    )
    for fault in filter(None, faults):
        raise CommandFailed(Exit.USAGE, fault)
    forge_token = setup_draft.token_of(_content(arguments.forge_token_file)) if arguments.forge_token_file else None
    homeserver = await setup_login.find_homeserver(arguments.homeserver or "", draft.user)
    if not isinstance(homeserver, str):
        _told([homeserver])
        return Exit.SET_UP
    draft = setup_draft.changed(draft, homeserver=homeserver)
    if arguments.token_file is not None:
        entered = await setup_login.take_token(draft, _content(arguments.token_file).strip())
    else:
        entered = await setup_login.log_in(draft, _content(arguments.password_file).rstrip("\r\n"))
    _told([entered.check])
    stored = False
    try:
        if entered.account is None:
            return Exit.SET_UP
        seen = await steps.look_at_forge(draft, forge_token)
        _told(seen.checks)
        book = await steps.look_at_ledger(draft, forge_token) if seen.ok else None
        _told(book.checks if book is not None else ())
        if book is None or not book.ok:
            return Exit.SET_UP
        draft = steps.with_guesses(draft, book)
        if not draft.alias:
            raise CommandFailed(
                Exit.SET_UP,
                f"The book of owners has nobody with the Matrix id {draft.user}.",
                "Name your alias with --alias, or ask a captain to enter you.",
            )
        _told([steps.look_for_owner(draft, book)])
        tokens = setup_login.Secrets(entered.account.access_token, forge_token)
        name = steps.store(home, draft, entered.account, tokens, arguments.secrets)
        stored = True
    finally:
        if not stored:
            print("Nothing is stored.")
            await setup_login.give_up(entered)
    _done(home, name)
    return Exit.OK


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CommandFailed(Exit.USAGE, f"{file} can not be read: {reason}.") from None


def _told(checks: Iterable[Check]) -> None:
    for check in checks:
        print(f"{check.health:<7} {check.name}: {clean_line(check.found, 400)}")
        if check.mend:
            print(f"        {clean_line(check.mend, 400)}")


def _done(home: Home, name: str) -> None:
    from smartup_tui import config, secrets  # noqa: PLC0415

    kind = config.load(home).secrets
    print(f"Stored as profile {name}; the tokens are in {secrets.place(kind, home)}.")
    print("`smartup` opens the workspace.")


# Line by line


class _Left(Exception):  # noqa: N818 - it is what the owner did
    """The owner left."""


class _Plain:
    """The same questions, one a line."""

    def __init__(self, home: Home, arguments: Namespace) -> None:
        from smartup_tui import config  # noqa: PLC0415
        from smartup_tui.workspace import setup as steps  # noqa: PLC0415
        from smartup_tui.workspace import setup_draft, setup_login  # noqa: PLC0415

        self.steps, self.typed, self.logins = steps, setup_draft, setup_login
        self.home, self.arguments = home, arguments
        self.draft: Draft = setup_draft.draft_of(home)
        self.kept = setup_login.KeptLogin()
        if arguments.profile is not None:
            loaded = config.load(home)
            name, profile = loaded.choose(arguments.profile)
            self.draft = setup_draft.draft_from(name, profile)
            self.kept = setup_login.kept_login(home, loaded.secrets, name, profile)
        if arguments.branch != setup_draft.Draft().branch:
            self._set(branch=arguments.branch)
        self.entered: Entered | None = None

    def run(self) -> int:
        print("Setting up a profile. Nothing is stored before the end; Ctrl+D leaves.")
        stored = False
        try:
            name = asyncio.run(self._all())
            stored = True
        except (_Left, EOFError, KeyboardInterrupt):
            self.typed.keep_draft(self.home, self.draft)
            print("\nLeft. Nothing is stored but what you wrote, without passwords; `smartup setup` goes on.")
            return Exit.SET_UP
        finally:
            if not stored and self.entered is not None:
                asyncio.run(self.logins.give_up(self.entered))
        _done(self.home, name)
        return Exit.OK

    async def _all(self) -> str:
        steps = self.steps
        await self._login()
        assert self.entered is not None
        assert self.entered.account is not None
        forge_token, book = await self._forge()
        self.draft = steps.with_guesses(self.draft, book)
        self._set(alias=self._ask("Your alias in the book of owners", self.draft.alias))
        _told([steps.look_for_owner(self.draft, book)])
        self._set(organisation=self._ask("What the organisation is called", self.draft.organisation))
        self._set(engelbot=self._ask("Engelbot's Matrix id", self.draft.engelbot, self.typed.user_fault))
        name = steps.profile_name(self.home, self.draft)
        if self._ask(f"Store this as profile {name}? yes or no", "yes").lower() not in ("y", "yes"):
            raise _Left
        tokens = self.logins.Secrets(self.entered.account.access_token, forge_token)
        stored: str = steps.store(self.home, self.draft, self.entered.account, tokens, self.arguments.secrets)
        return stored

    async def _login(self) -> None:
        typed = self.typed
        while self.entered is None or self.entered.account is None:
            self._set(user=self._ask("Your Matrix id", self.draft.user, typed.user_fault))
            known = self.draft.homeserver
            said = self._ask("Homeserver's address", known or _FOUND, self._address("homeserver"))
            homeserver = await self.logins.find_homeserver("" if said == _FOUND else said, self.draft.user)
            if not isinstance(homeserver, str):
                _told([homeserver])
                continue
            self._set(homeserver=homeserver)
            kept = self.kept.fits(self.draft)
            password = self._secret(f"Password ({'empty: as it is kept' if kept else 'empty: I have a token'})")
            if password:
                self.entered = await self.logins.log_in(self.draft, password)
            elif kept:
                self.entered = await self.logins.keep(self.kept)
                self.kept = replace(self.kept, account=None)  # asked for, if it does not stand any more
            else:
                self.entered = await self.logins.take_token(self.draft, self._secret("Access token").strip())
            _told([self.entered.check])

    async def _forge(self) -> tuple[str | None, Book]:
        typed = self.typed
        while True:
            ask = self._ask("Forge's address", self.draft.forge_url, self._address("forge"))
            self._set(forge_url=typed.address(ask))
            kept = self.kept.forge_token if self.kept.forge_url == self.draft.forge_url else None
            empty = "as it is kept; none: the ledger is public" if kept else "the ledger is public"
            said = typed.token_of(self._secret(f"Forge token (empty: {empty})"))
            token = kept if said is None else None if said.lower() == "none" else said
            if fault := typed.token_fault(token):
                print(fault)
                continue
            seen = await self.steps.look_at_forge(self.draft, token)
            _told(seen.checks)
            if seen.ok and (book := await self._repository(seen.repositories, token)) is not None:
                return token, book

    async def _repository(self, seen: Sequence[str], token: str | None) -> Book | None:
        """The ledger's book of owners; None where another forge or another token is to be tried."""
        steps = self.steps
        if len(seen) > 1:
            print(f"Seen there: {', '.join(clean_line(name, 60) for name in seen[:6])}")
        guess = self.draft.repository or (seen[0] if seen else "")
        while True:
            name = self._ask("The ledger's repository, owner/name, or back", guess, self._name)
            if name == "back":
                return None
            draft = self.typed.changed(self.draft, repository=name)
            book: Book = await steps.look_at_ledger(draft, token)
            _told(book.checks)
            if book.ok:
                self.draft = draft
                return book

    def _name(self, text: str) -> str | None:
        return None if text == "back" else self.typed.repository_fault(text)

    def _address(self, what: str) -> Callable[[str], str | None]:
        return lambda text: None if text == _FOUND else self.typed.address_fault(self.typed.address(text), what)

    def _set(self, **values: str) -> None:
        self.draft = self.typed.changed(self.draft, **values)

    @staticmethod
    def _ask(what: str, default: str = "", fault: Callable[[str], str | None] | None = None) -> str:
        while True:
            text = input(f"{what}{f' [{clean_line(default)}]' if default else ''}: ").strip() or default
            said = fault(text) if fault is not None else (None if text else "Something is wanted here.")
            if said is None:
                return text
            print(said)

    @staticmethod
    def _secret(what: str) -> str:
        if sys.stdin.isatty():
            return getpass.getpass(f"{what}: ")
        with contextlib.suppress(EOFError):
            return input(f"{what}: ")
        raise _Left
