"""Where a lab keeps what: one directory with a place for every part."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one lab under `root`. Nothing is created by naming them, except by `make`."""

    root: Path

    @classmethod
    def of(cls, directory: Path | None) -> Layout:
        """The lab in this directory, or the one of this user."""
        if directory is not None:
            return cls(directory.expanduser().resolve())
        import platformdirs  # noqa: PLC0415

        return cls(platformdirs.user_data_path("smartup", appauthor=False) / "lab")

    @property
    def file(self) -> Path:
        """`lab.toml`: ports and names."""
        return self.root / "lab.toml"

    @property
    def lock(self) -> Path:
        """Held by the one process that runs the lab."""
        return self.root / "supervisor.lock"

    @property
    def status(self) -> Path:
        """What the supervisor last said of its parts."""
        return self.root / "status.json"

    @property
    def processes(self) -> Path:
        """The processes that were started and not yet seen to end."""
        return self.root / "processes.json"

    @property
    def secrets(self) -> Path:
        """Tokens, one file each, for the owner of this directory alone."""
        return self.root / "secrets"

    @property
    def synapse(self) -> Path:
        """The homeserver's data."""
        return self.root / "synapse"

    @property
    def forge(self) -> Path:
        """The forge's data."""
        return self.root / "forge"

    @property
    def toolbox(self) -> Path:
        """The Toolbox's settings and state."""
        return self.root / "toolbox"

    @property
    def engelbot(self) -> Path:
        """Engelbot's settings and state."""
        return self.root / "engelbot"

    @property
    def homes(self) -> Path:
        """One home of the workspace for each owner."""
        return self.root / "homes"

    def home(self, alias: str) -> Path:
        """The home (`SMARTUP_HOME`) of an owner."""
        return self.homes / alias

    def log(self, part: str) -> Path:
        """The log of a part, or of the supervisor."""
        return self.root / "logs" / f"{part}.log"

    @property
    def data(self) -> tuple[Path, ...]:
        """What building makes, and what is removed when a lab is built anew."""
        return (self.secrets, self.synapse, self.forge, self.toolbox, self.engelbot, self.homes)

    def make(self) -> None:
        """Create the directory, for its owner alone."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)
        self.log(SUPERVISOR).parent.mkdir(exist_ok=True, mode=0o700)
