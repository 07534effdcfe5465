"""A ledger written by commits, kept as a history, for the tests of composing and verifying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from smartup_tui.ledger.change import Audit, Change, Entity, PageWrite, RowWrite
from smartup_tui.ledger.compose import CommitDraft, compose
from smartup_tui.ledger.seal import Sealed, Stamp, seal
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import CommitInfo
from tests.ledger.files import AT, POLICIES


def change(*index: RowWrite, pages: Sequence[PageWrite] = (), entity: Entity | None = None) -> Change:
    """A change with one audit entry."""
    about = entity or Entity("task", "6_1_2_0")
    return Change(tuple(pages), index, (Audit("probe", about, f"{about.id} changed"),), "Done.")


def commit_id(number: int) -> str:
    """An id whose first ten digits tell commits apart."""
    return f"{number:010x}".ljust(40, "0")


@dataclass
class Commits:
    """Commits on top of each other; itself a `History`."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(POLICIES))
    done: list[tuple[CommitInfo, dict[str, bytes]]] = field(default_factory=list)
    events: int = 0

    def sealed(self, made: Change, actor: str = "maria", script: str = "api:probe") -> Sealed:
        """A change, sealed as the next command."""
        self.events += 1
        now = AT + timedelta(minutes=self.events)
        return seal(made, Stamp(actor, now, f"${self.events}:x", script, self.new_event_id))

    def new_event_id(self, _: datetime) -> str:
        """Ids that look like ULIDs and rise."""
        self.events += 1
        return f"01J{self.events:023}"

    @property
    def head(self) -> MappingTree:
        """The newest files."""
        return MappingTree(dict(self.files), commit_id(len(self.done)))

    def commit(self, *batch: Sealed) -> CommitDraft:
        """Compose, check that the lock holds, and publish."""
        base = self.head
        draft = compose(base, batch)
        for file in draft.files:
            assert file.old == base.blob_id(file.path)
            assert (file.operation == "create") == (file.old is None)
            self.files[file.path] = file.content
        self.record(draft.message, draft.author_name, draft.author_email, [f.path for f in draft.files])
        return draft

    def do(self, *index: RowWrite, pages: Sequence[PageWrite] = (), entity: Entity | None = None) -> CommitDraft:
        """One command in a commit of its own."""
        return self.commit(self.sealed(change(*index, pages=pages, entity=entity)))

    def tamper(self, path: str, data: bytes | None, message: str = "by hand") -> None:
        """A commit by somebody who does not keep the law; None removes the file."""
        if data is None:
            del self.files[path]
        else:
            self.files[path] = data
        self.record(message, "somebody", "somebody@example.org", [path])

    def record(self, message: str, name: str, email: str, paths: Iterable[str]) -> None:
        """Keep the newest files as a commit."""
        info = CommitInfo(commit_id(len(self.done) + 1), name, email, "toolbox", message, AT, tuple(sorted(paths)))
        self.done.append((info, dict(self.files)))

    def commits(self, since: str | None) -> Iterable[CommitInfo]:
        """The commits after `since`, oldest first."""
        ids = [info.id for info, _ in self.done]
        start = 0 if since is None else ids.index(since) + 1
        return [info for info, _ in self.done[start:]]

    def tree(self, commit_id: str) -> Tree:
        """The files at a commit."""
        return next(MappingTree(files, info.id) for info, files in self.done if info.id == commit_id)
