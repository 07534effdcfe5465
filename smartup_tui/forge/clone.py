"""A plain clone on this machine as a history: its commits and files, read by `git` itself, without any server.

Nothing of the clone is run: no hooks, no filters, no pager; only objects are read.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from smartup_tui.forge.errors import ForgeError

_FIELDS: Final = ("%H", "%an", "%ae", "%cn", "%ct", "%G?", "%B")
_MARK: Final = b"\x1e"


class NoClone(ForgeError):  # noqa: N818 - as its siblings
    """The folder is no clone that can be read, or `git` is missing."""

    message = "There is no git repository that can be read."
    hint = "Name the folder of a clone of the ledger's repository, and install git if it is missing."


@dataclass(frozen=True, slots=True)
class CloneCommit:
    """One commit of the first-parent line, with the paths that differ from its parent, sorted."""

    sha: str
    author_name: str
    author_email: str
    committer_name: str
    committed_at: datetime
    message: str
    changed: tuple[str, ...]
    files: Mapping[str, str]
    """The blob ids of all its files, by path; the mapping is not to be kept."""


class CloneTree:
    """The files of one commit; satisfies the ledger's `Tree` protocol."""

    def __init__(self, commit: str, files: Mapping[str, str], clone: Clone) -> None:
        """Take blob ids by path as they are; they must not change any more."""
        self.commit = commit
        self._files = files
        self._clone = clone
        self._sorted: list[str] | None = None

    def blob_id(self, path: str) -> str | None:
        """The git blob id of a file, None when there is no such file."""
        return self._files.get(path)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None when there is no such file."""
        sha = self._files.get(path)
        return None if sha is None else self._clone.blob(sha)

    def paths(self, prefix: str = "") -> Sequence[str]:
        """The paths that begin with `prefix`, sorted."""
        if self._sorted is None:
            self._sorted = sorted(self._files)
        return [path for path in self._sorted if path.startswith(prefix)] if prefix else self._sorted


class Clone:
    """A repository's folder, bare or not. Use it in a `with` block."""

    def __init__(self, folder: Path, branch: str | None = None) -> None:
        """`branch` is the one to read; the clone's own HEAD for None. Raises `NoClone`."""
        self._git = ["git", "-C", str(folder), "--no-pager", "-c", "core.hooksPath=", "-c", "core.quotePath=false"]
        self.tip = self._line("rev-parse", "--verify", "--quiet", f"{branch or 'HEAD'}^{{commit}}")
        self._objects: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Take it as it is."""
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        """End the process that reads objects."""
        process, self._objects = self._objects, None
        if process is not None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.stdout.close()
            process.wait()

    def _line(self, *arguments: str) -> str:
        try:
            done = subprocess.run([*self._git, *arguments], capture_output=True, check=False)  # noqa: S603 - git itself
        except OSError as error:
            raise NoClone("git can not be run on this machine.", detail=str(error)) from None
        if done.returncode != 0:
            raise NoClone(detail=done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("ascii", "replace").strip()

    def commits(self) -> Iterator[CloneCommit]:
        """The commits of the branch, first parents only, oldest first; each with its files."""
        form = "%x1e" + "%x1f".join(_FIELDS) + "%x1f"
        command = [
            *self._git, "log", "--first-parent", "--reverse", "-m", "--root", "--raw", "-z", "--no-abbrev",
            "--no-renames", "--no-ext-diff", "--no-textconv", "--no-show-signature", f"--format={form}", self.tip, "--",
        ]  # fmt: skip
        files: dict[str, str] = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            assert process.stdout is not None
            for block in _blocks(process.stdout):
                yield self._commit(block, files)
        if process.returncode != 0:
            raise NoClone("The clone's history can not be read to its end.", hint="Clone it again; is it shallow?")

    @staticmethod
    def _commit(block: bytes, files: dict[str, str]) -> CloneCommit:
        """Read one commit and bring `files` up to it."""
        parts = block.split(b"\x1f")
        sha, name, email, committer, at, _ = (part.decode("utf-8", "replace") for part in parts[:6])
        message = b"\x1f".join(parts[6:-1]).decode("utf-8", "replace")
        changed = []
        entries = parts[-1].lstrip(b"\0\n").split(b"\0")
        for meta, path in zip(entries[::2], entries[1::2], strict=False):
            new_mode, _, new_sha = meta.decode("ascii").lstrip(":").split(" ")[1:4]
            text = path.decode("utf-8", "replace")
            changed.append(text)
            if new_mode in {"000000", "160000", "120000"}:
                files.pop(text, None)
            else:
                files[text] = new_sha
        moment = datetime.fromtimestamp(int(at), UTC)
        return CloneCommit(sha, name, email, committer, moment, message, tuple(sorted(changed)), files)

    def tree(self, commit: CloneCommit) -> CloneTree:
        """The files of a commit that `commits` gives now."""
        return CloneTree(commit.sha, dict(commit.files), self)

    def tip_tree(self) -> CloneTree:
        """The files of the newest commit."""
        listing = subprocess.run(  # noqa: S603 - git itself
            [*self._git, "ls-tree", "-r", "-z", "--full-tree", self.tip], capture_output=True, check=False
        ).stdout
        files: dict[str, str] = {}
        for entry in filter(None, listing.split(b"\0")):
            meta, _, path = entry.partition(b"\t")
            mode, kind, sha = meta.decode("ascii").split(" ")
            if kind == "blob" and mode != "120000":
                files[path.decode("utf-8", "replace")] = sha
        return CloneTree(self.tip, files, self)

    def blob(self, sha: str) -> bytes:
        """The bytes of a file by its blob id. Raises `NoClone` where the clone lacks it."""
        if self._objects is None:
            command = [*self._git, "cat-file", "--batch"]
            self._objects = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        stdin, stdout = self._objects.stdin, self._objects.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(sha.encode("ascii") + b"\n")
        stdin.flush()
        heading = stdout.readline().split()
        if len(heading) != 3 or heading[1] != b"blob":
            raise NoClone("The clone lacks a file of its own history.", hint="Clone it again, whole.")
        size = int(heading[2])
        data = stdout.read(size)
        stdout.read(1)
        return data


def _blocks(source: IO[bytes]) -> Iterator[bytes]:
    """The output of `git log`, one commit after the other, however long it is."""
    held = b""
    while piece := source.read(1 << 16):
        *whole, held = (held + piece).split(_MARK)
        yield from (block for block in whole if block.strip(b"\0\n"))
    if held.strip(b"\0\n"):
        yield held


__all__ = ["Clone", "CloneCommit", "CloneTree", "NoClone"]
