"""Where a profile keeps what it derives and what it must not lose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from smartup_tui.config import Home

# Names of the profile's secrets in the secret store.
MATRIX_TOKEN = "matrix-token"  # noqa: S105 - a name, not a secret
FORGE_TOKEN = "forge-token"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one profile: what can be made again lies in the cache, what can not lies in the state."""

    index: Path
    blobs: Path
    mirror: Path
    matrix: Path
    history: Path
    sync_lock: Path
    proof: Path
    forge: Path

    @classmethod
    def of(cls, home: Home, profile: str) -> Places:
        """The places of a profile; nothing is created."""
        cache, state = home.profile_cache(profile), home.profile_state(profile)
        return cls(
            index=cache / "index.db",
            blobs=home.cache / "blobs" / profile,
            mirror=cache / "mirror",
            matrix=state / "matrix",
            history=state / "history",
            sync_lock=cache / "sync.lock",
            proof=state / "proof.db",
            forge=cache / "forge.db",
        )
