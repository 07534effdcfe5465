"""What a mirror remembers between runs: which commit it holds, which blob is at each path. Disposable at any time."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import msgspec

from smartup_tui.files.whole import replace_file
from smartup_tui.forge.blobs import is_object_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.models import RepoRef
from smartup_tui.forge.view import FileRef, Loader, TreeView

_FORMAT = 1


class MirrorState(msgspec.Struct, frozen=True):
    """One commit of one branch. ``folders`` maps a folder to its git tree id; a folder left out is listed again."""

    origin: str
    repo: str
    branch: str
    commit: str
    files: dict[str, FileRef]
    folders: dict[str, str]
    format: int = _FORMAT

    def view(self, cache: BlobCache, loader: Loader | None = None) -> TreeView:
        """The files as a tree."""
        return TreeView(self.commit, self.files, cache, loader, self.folders)


def state_file(state_dir: Path, origin: str, repo: RepoRef, branch: str) -> Path:
    """Where the state of a branch lies; branches of different forges never share a file."""
    mark = hashlib.sha256(f"{origin}\n{repo}\n{branch}".encode()).hexdigest()[:12]
    return state_dir / f"{repo.owner}.{repo.name}.{quote(branch, safe='')[:60]}.{mark}.json"


def load_state(state_dir: Path, origin: str, repo: RepoRef, branch: str) -> MirrorState | None:
    """The remembered state, or None when there is none that can be trusted (absent, cut short, another format)."""
    try:
        state = msgspec.json.decode(state_file(state_dir, origin, repo, branch).read_bytes(), type=MirrorState)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    if (state.format, state.origin, state.repo, state.branch) != (_FORMAT, origin, str(repo), branch):
        return None
    return state if all(is_object_id(file.sha) for file in state.files.values()) else None


def save_state(state_dir: Path, repo: RepoRef, state: MirrorState) -> None:
    """Replace the remembered state in one step, readable by its owner only."""
    replace_file(state_file(state_dir, state.origin, repo, state.branch), msgspec.json.encode(state))
