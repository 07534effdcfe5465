"""`smartup setup`: the wizard in the terminal, the same asked line by line (`--plain`), or all of it given at once."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import home_of
from smartup_tui.text import clean_line

if TYPE_CHECKING:
    from smartup_tui.config import Home
    from smartup_tui.workspace.checks import Check
    from smartup_tui.workspace.setup import Book, Draft, Entered

_NEEDED: Final = ("homeserver", "user", "forge", "repository")
_EPILOG: Final = """\
examples:
  smartup setup                            the wizard
  smartup setup --plain                    the same, line by line
  smartup setup --homeserver https://matrix.example.org --user @maria:example.org --token-file token.txt \\
      --forge https://git.example.org --repository Smartup_Zero/2_workplace

Passwords and tokens are read from files or asked for; they are never arguments.
"""


def setup(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup setup`."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument("--plain", action="store_true", help="ask line by line, without a full screen")
    given = parser.add_argument_group("all at once")
    given.add_argument("--homeserver", metavar="ADDRESS", help="the address of the Matrix homeserver")
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
    if any(getattr(arguments, name) for name in (*_NEEDED, "token_file", "password_file")):
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

    missing = [f"--{name}" for name in _NEEDED if not getattr(arguments, name)]
    if arguments.token_file is None and arguments.password_file is None:
        missing.append("--token-file (or --password-file)")
    if missing:
        raise CommandFailed(
            Exit.USAGE, f"These are missing: {', '.join(missing)}.", "`smartup setup --help` says more."
        )
    home = home_of(arguments)
    draft = steps.Draft(
        homeserver=steps.address(arguments.homeserver),
        user=arguments.user,
        forge_url=steps.address(arguments.forge),
        repository=arguments.repository,
        branch=arguments.branch,
        alias=arguments.alias or "",
        organisation=arguments.organisation or "",
        engelbot=arguments.engelbot or "",
        name=arguments.name or "",
    )
    faults = (
        steps.address_fault(draft.homeserver, "homeserver"),
        steps.user_fault(draft.user),
        steps.address_fault(draft.forge_url, "forge"),
    )
    for fault in filter(None, faults):
        raise CommandFailed(Exit.USAGE, fault)
    forge_token = steps.token_of(_content(arguments.forge_token_file)) if arguments.forge_token_file else None
    if arguments.token_file is not None:
        entered = await steps.take_token(draft, _content(arguments.token_file).strip())
    else:
        entered = await steps.log_in(draft, _content(arguments.password_file).rstrip("\r\n"))
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
        tokens = steps.Secrets(entered.account.access_token, forge_token)
        name = steps.store(home, draft, entered.account, tokens, arguments.secrets)
        stored = True
    finally:
        if not stored:
            print("Nothing is stored.")
            await steps.give_up(entered)
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
        from smartup_tui.workspace import setup as steps  # noqa: PLC0415

        self.steps, self.home, self.arguments = steps, home, arguments
        self.draft: Draft = steps.draft_of(home)
        if arguments.branch != steps.Draft().branch:
            self._set(branch=arguments.branch)
        self.entered: Entered | None = None

    def run(self) -> int:
        print("Setting up a profile. Nothing is stored before the end; Ctrl+D leaves.")
        stored = False
        try:
            name = asyncio.run(self._all())
            stored = True
        except (_Left, EOFError, KeyboardInterrupt):
            self.steps.keep_draft(self.home, self.draft)
            print("\nLeft. Nothing is stored but what you wrote, without passwords; `smartup setup` goes on.")
            return Exit.SET_UP
        finally:
            if not stored and self.entered is not None:
                asyncio.run(self.steps.give_up(self.entered))
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
        self._set(engelbot=self._ask("Engelbot's Matrix id", self.draft.engelbot, steps.user_fault))
        name = steps.profile_name(self.home, self.draft)
        if self._ask(f"Store this as profile {name}? yes or no", "yes").lower() not in ("y", "yes"):
            raise _Left
        tokens = steps.Secrets(self.entered.account.access_token, forge_token)
        stored: str = steps.store(self.home, self.draft, self.entered.account, tokens, self.arguments.secrets)
        return stored

    async def _login(self) -> None:
        steps = self.steps
        while self.entered is None or self.entered.account is None:
            ask = self._ask("Homeserver's address", self.draft.homeserver, self._address("homeserver"))
            self._set(homeserver=steps.address(ask))
            self._set(user=self._ask("Your Matrix id", self.draft.user, steps.user_fault))
            password = self._secret("Password (empty: I have a token)")
            if password:
                self.entered = await steps.log_in(self.draft, password)
            else:
                self.entered = await steps.take_token(self.draft, self._secret("Access token").strip())
            _told([self.entered.check])

    async def _forge(self) -> tuple[str | None, Book]:
        steps = self.steps
        while True:
            ask = self._ask("Forge's address", self.draft.forge_url, self._address("forge"))
            self._set(forge_url=steps.address(ask))
            token = steps.token_of(self._secret("Forge token (empty: the repository is public)"))
            if fault := steps.token_fault(token):
                print(fault)
                continue
            seen = await steps.look_at_forge(self.draft, token)
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
            draft = steps.changed(self.draft, repository=name)
            book: Book = await steps.look_at_ledger(draft, token)
            _told(book.checks)
            if book.ok:
                self.draft = draft
                return book

    def _name(self, text: str) -> str | None:
        return None if text == "back" else self.steps.repository_fault(text)

    def _address(self, what: str) -> Callable[[str], str | None]:
        return lambda text: self.steps.address_fault(self.steps.address(text), what)

    def _set(self, **values: str) -> None:
        self.draft = self.steps.changed(self.draft, **values)

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
