"""What has been answered so far, and what is known from before."""

from __future__ import annotations

from collections.abc import Mapping

from smartup_tui import config
from smartup_tui.config import Home, SecretKind
from smartup_tui.config_error import ConfigError
from smartup_tui.workspace import setup, setup_draft, setup_login
from smartup_tui.workspace.setup import Book, Seen
from smartup_tui.workspace.setup_draft import Draft
from smartup_tui.workspace.setup_login import Entered, KeptLogin


class Setup:
    """The answers of one run of the wizard."""

    def __init__(self, home: Home, profile: str | None = None) -> None:
        """Begin with what was left the last time, or with a profile to be changed."""
        self.home = home
        self.draft = setup_draft.draft_of(home)
        self.known: Mapping[str, config.Profile] = {}
        self.kind: SecretKind = "auto"
        default = None
        try:
            loaded = config.load(home)
            self.known, self.kind, default = loaded.profiles, loaded.secrets, loaded.default_profile
        except ConfigError:
            pass  # said at the end, when it has to be written
        self.kept = KeptLogin()
        """What is kept of the profile that is set up again."""
        self.entered: Entered | None = None
        self.forge_token: str | None = None
        self.seen: Seen | None = None
        self.book: Book | None = None
        self.place = ""
        """Where the tokens go, in words."""
        self.stored: str | None = None
        """The name of the profile, once it is stored."""
        if profile is None and self.draft == Draft():
            profile = default if default in self.known else next(iter(self.known), None)
        self.profile = profile or setup.profile_name(home, self.draft)
        """The profile that this is about, where several are known or will be."""
        if profile is not None:
            self.draft = self._draft_of(profile)
        self.keep_what_is_there()

    def about(self, name: str) -> None:
        """Set up the profile of this name: a known one is changed, another one is new."""
        if name != self.profile:
            self.profile, self.draft = name, Draft()
            self.entered, self.forge_token, self.seen, self.book = None, None, None, None
            self.draft = self._draft_of(name)

    def keep_what_is_there(self) -> None:
        """Take up the tokens of the profile, where it is known. May ask a keyring, and so take its time."""
        known = self.known.get(self.profile)
        self.kept = setup_login.kept_login(self.home, self.kind, self.profile, known) if known else KeptLogin()

    def _draft_of(self, name: str) -> Draft:
        """What is known of a profile: what was left of it the last time, or as it is stored, or its name."""
        if self.draft.name == name:
            return self.draft
        if name in self.known:
            return setup_draft.draft_from(name, self.known[name])
        return setup_draft.changed(self.draft, name=name)

    def say(self, **values: str) -> None:
        """Take answers."""
        self.draft = setup_draft.changed(self.draft, **values)
