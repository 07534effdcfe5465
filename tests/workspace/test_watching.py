"""Whatever is done to a ledger's past between two synchronisations is named, and what is lawful never is.

Hypothesis drives the embedded forge: a lawful ledger whose logs roll every few rows, some more lawful commits, a
tampering, and lawful commits on top of it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.cache import BlobCache
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import CommitRequest, FileChange, Identity
from smartup_tui.forge.sync import Mirror
from smartup_tui.ledger import tables
from smartup_tui.ledger.compose import CommitDraft, compose
from smartup_tui.ledger.policies import VALIDATION_RULES
from smartup_tui.ledger.problems import LedgerFileError
from smartup_tui.ledger.seal import Sealed
from smartup_tui.ledger.tree import MappingTree, Tree
from smartup_tui.ledger.verify import CommitInfo, Finding, HistoryCheck, Severity
from smartup_tui.workspace.proof_store import FindingState, ProofStore
from smartup_tui.workspace.watching import Proved, Watched, prove
from tests.ledger.files import AT
from tests.support.ledger_forge import REPO, TOOLBOX, LedgerForge, ledger_forge
from tests.support.organisation import Organisation, company, edited

Files = dict[str, bytes]
CLAIMS, EVENTS, TASKS = tables.CLAIMS.path, tables.EVENTS.path, tables.TASKS.path
SEGMENT = "master-events/000001.csv"
_ON_PAPER = settings(max_examples=60, deadline=None, phases=(Phase.generate,))
# A commit on a forge takes some hundredths of a second: few examples, and none is made smaller afterwards.
_ON_THE_FORGE = settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True, slots=True)
class Lawful:
    """A ledger to begin with, and commands that were given afterwards, in order."""

    begin: Tree
    commands: tuple[Sealed, ...]


@cache
def lawful() -> Lawful:
    """A company whose logs roll every six rows."""
    org = edited(company(), VALIDATION_RULES, b"segment_rows: 1000", b"segment_rows: 6")
    _paid_task(org)
    _paid_task(org)
    org.wait(days=3).settle()
    begin, known = org.tree, len(org.sealed)
    _paid_task(org)
    org.wait(days=3).settle()
    _paid_task(org)
    return Lawful(begin, tuple(org.sealed[known:]))


def _paid_task(org: Organisation) -> None:
    task_id = org.task()
    org.seats(task_id, "maria", "jonas")
    session = org.session(task_id, "maria", "jonas")
    award = org.do("assess_work", "captain", session_id=session, effort=8, learning=7, collaboration=9, note="Good")
    org.do("validate_sc", "designer", pending_id=award.entity.id, decision="approve")


class Branch:
    """The branch on the forge, and its files as whoever writes it knows them."""

    def __init__(self, forge: LedgerForge, client: ForgeClient) -> None:
        self.forge, self.client = forge, client
        self.tree: Tree = MappingTree({})
        self.tips: list[tuple[str, Tree]] = []

    async def begin(self, tree: Tree) -> None:
        """Move the branch back to these files, which are published the first time."""
        git = self.forge.server.store.git(REPO)
        first = self.forge.blobs.get("begin")
        if first is None:
            await self.write({path: tree.read(path) or b"" for path in tree.paths()}, "begin")
            self.forge.blobs["begin"] = self.tips[0][0]
            return
        git.move_branch("main", git.tip("main"), first)
        self.tree = MappingTree({path: tree.read(path) or b"" for path in tree.paths()}, first)
        self.tips = [(first, self.tree)]

    async def write(self, files: Files, message: str, author: Identity = TOOLBOX, gone: Sequence[str] = ()) -> None:
        """Bring the branch to these files in one commit."""
        changes = []
        for path, data in files.items():
            known = self.tree.blob_id(path)
            if known is None:
                changes.append(FileChange.create(path, data))
            elif known != blob_id(data):
                changes.append(FileChange.update(path, data, known))
        changes += [FileChange.delete(path, self.tree.blob_id(path) or "") for path in gone]
        sha = await self.publish(CommitRequest("main", message, tuple(changes), author, TOOLBOX))
        kept = {path: self.tree.read(path) or b"" for path in self.tree.paths() if path not in gone}
        self.tree = MappingTree({**kept, **files}, sha)
        self.tips.append((sha, self.tree))

    async def publish(self, request: CommitRequest) -> str:
        """Write one commit; its id."""
        return (await self.client.change_files(REPO, request)).sha

    async def command(self, sealed: Sealed, tamper: Callable[[Files], None] | None = None) -> None:
        """Publish a command as the Toolbox does; `tamper` changes the commit before it is written."""
        draft = compose(self.tree, [sealed])
        files = {file.path: file.content for file in draft.files}
        if tamper is not None:
            files = {path: self.tree.read(path) or b"" for path in self.tree.paths()} | files
            tamper(files)
        await self.write(files, draft.message, Identity(draft.author_name, draft.author_email))

    def move(self, back: int) -> None:
        """Move the branch to an earlier commit by force."""
        git = self.forge.server.store.git(REPO)
        sha, self.tree = self.tips[-1 - back]
        git.move_branch("main", git.tip("main"), sha)
        del self.tips[len(self.tips) - back :]


class Paper(Branch):
    """The same without a forge: its commits are only remembered. Also who checks them, as `Watcher` does."""

    def __init__(self) -> None:
        self.tree, self.tips = MappingTree({}), []
        self.requests: list[CommitRequest] = []
        self.check = HistoryCheck()
        self.done = 1

    async def publish(self, request: CommitRequest) -> str:
        self.requests.append(request)
        return f"{len(self.requests):010x}".ljust(40, "0")

    async def sync(self, _stop: Callable[[], bool] = lambda: False) -> Proved:
        known = len(self.check.findings)
        for number in range(self.done, len(self.tips)):
            request, (sha, after), (_, before) = self.requests[number], self.tips[number], self.tips[number - 1]
            author, paths = request.author, tuple(sorted(change.path for change in request.files))
            info = CommitInfo(sha, author.name, author.email, "toolbox", request.message, AT, paths)
            self.check.step(info, before, after)
        self.done = len(self.tips)
        return Proved(complete=True, new=len(self.check.findings) - known, open=0)

    @property
    def findings(self) -> Sequence[Finding]:
        return self.check.findings


class Watcher:
    """An owner's machine that synchronises now and then."""

    def __init__(self, folder: Path, client: ForgeClient, cache_: BlobCache) -> None:
        self.mirror = Mirror(client, REPO, "main", cache_, folder / "mirror")
        self.watched = Watched(self.mirror, client, REPO, "here")
        self.store = ProofStore(folder / "proof.db")

    async def sync(self, stop: Callable[[], bool] = lambda: False) -> Proved:
        before = self.mirror.cached()
        view = (await self.mirror.refresh()).view
        return await prove(self.watched, self.store, view, before, stop)

    @property
    def findings(self) -> list[Finding]:
        return [one.finding for one in reversed(self.store.findings(FindingState.OPEN))]


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerForge]:
    with ledger_forge(tmp_path_factory.mktemp("watching")) as found:
        yield found


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> BlobCache:
    return BlobCache(tmp_path_factory.mktemp("blobs"))


Story = Callable[[Branch, Watcher], Coroutine[Any, Any, None]]
AnyStory = Callable[[Branch, Watcher | Paper], Coroutine[Any, Any, None]]


def run_on_paper(story: AnyStory) -> None:
    """Tell a story without a forge."""

    async def whole() -> None:
        paper = Paper()
        await paper.write({path: lawful().begin.read(path) or b"" for path in lawful().begin.paths()}, "begin")
        await story(paper, paper)

    asyncio.run(whole())


def run(forge: LedgerForge, blobs: BlobCache, story: Story) -> None:
    """Begin anew on the forge with a machine that has read the beginning, and tell a story."""

    async def whole(folder: Path) -> None:
        async with ForgeClient(forge.server.address, forge.token) as client:
            branch, watcher = Branch(forge, client), Watcher(folder, client, blobs)
            await branch.begin(lawful().begin)
            await watcher.sync()
            try:
                await story(branch, watcher)
            finally:
                watcher.store.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(whole(Path(folder)))


# --- lawful sequences


def lawful_story(data: st.DataObject) -> AnyStory:
    """Lawful commands, grouped into commits and synchronised as `data` has it."""
    commands = list(lawful().commands)

    async def story(branch: Branch, watcher: Watcher | Paper) -> None:
        while commands:
            size = data.draw(st.integers(1, 6), label="batch")
            batch = [commands.pop(0) for _ in range(min(size, len(commands)))]
            draft = compose(branch.tree, batch)
            await branch.write({file.path: file.content for file in draft.files}, draft.message, _author(draft))
            if data.draw(st.booleans(), label="sync"):
                cut = data.draw(st.booleans(), label="cut short")
                await watcher.sync(lambda cut=cut: cut)  # type: ignore[misc]
        while not (await watcher.sync()).complete:
            pass
        assert branch.tree.blob_id(SEGMENT) is not None, "nothing rolled"
        assert list(watcher.findings) == []

    return story


@_ON_PAPER
@given(data=st.data())
def test_lawful_commits_are_never_an_alarm(data: st.DataObject) -> None:
    """However they are grouped into commits."""
    run_on_paper(lawful_story(data))


@_ON_THE_FORGE
@given(data=st.data())
def test_lawful_commits_on_a_forge(forge: LedgerForge, blobs: BlobCache, data: st.DataObject) -> None:
    """Also whenever the owner synchronises, and wherever a check is cut short."""
    run(forge, blobs, lawful_story(data))


# --- tamperings: each says which kinds of finding name it, and on which file


@dataclass(frozen=True, slots=True)
class Tampering:
    """Changes the files of a commit; `kinds` and `path` are what must be named, `rows` whether rows are shown."""

    name: str
    change: Callable[[Files, int], None]
    kind: str
    path: str
    rows: bool = True
    covered: bool = True
    """Whether it is also tried inside a commit that is lawful otherwise, with its audit row and its trailer."""


def _lines(files: Files, path: str) -> list[bytes]:
    """The lines of a file that has at least two rows."""
    lines = files.get(path, b"").rstrip(b"\n").split(b"\n")
    assume(len(lines) > 2)
    return lines


def _put(files: Files, path: str, lines: list[bytes]) -> None:
    files[path] = b"\n".join(lines) + b"\n"


def edit(path: str) -> Callable[[Files, int], None]:
    def change(files: Files, at: int) -> None:
        lines = _lines(files, path)
        row = 1 + at % (len(lines) - 1)
        lines[row] = lines[row].replace(b",", b"0,", 1)
        _put(files, path, lines)

    return change


def delete(path: str) -> Callable[[Files, int], None]:
    def change(files: Files, at: int) -> None:
        lines = _lines(files, path)
        del lines[1 + at % (len(lines) - 1)]
        _put(files, path, lines)

    return change


def reorder(path: str) -> Callable[[Files, int], None]:
    def change(files: Files, at: int) -> None:
        lines = _lines(files, path)
        row = 1 + at % (len(lines) - 2)
        lines[row], lines[row + 1] = lines[row + 1], lines[row]
        _put(files, path, lines)

    return change


def slip_in(files: Files, at: int) -> None:
    lines = _lines(files, CLAIMS)
    lines.insert(1 + at % (len(lines) - 1), b"2026-01-05T09:00:00Z,6_7_0_0,tomas,attacker,claim,")
    _put(files, CLAIMS, lines)


def grow_segment(files: Files, _at: int) -> None:
    files[SEGMENT] += files[SEGMENT].split(b"\n")[1] + b"\n"


def false_segment(files: Files, _at: int) -> None:
    files["work/session_logs/000001.csv"] = files["work/session_logs.csv"][:-20] + b"\n"


def doubled(files: Files, _at: int) -> None:
    files["work/session_logs/000001.csv"] = files["work/session_logs.csv"]


def change_register(files: Files, at: int) -> None:
    lines = _lines(files, TASKS)
    row = 1 + at % (len(lines) - 1)
    lines[row] = lines[row].replace(b",medium,50.00,", b",medium,500.00,")
    _put(files, TASKS, lines)


def change_page(files: Files, _at: int) -> None:
    files["wiki/home.md"] += b"\nEverything is fine.\n"


def change_both(files: Files, at: int) -> None:
    change_register(files, at)
    change_page(files, at)


TAMPERINGS = (
    Tampering("a claim edited", edit(CLAIMS), "edited_log", CLAIMS),
    Tampering("a mint edited", edit("credits/transactions.csv"), "edited_log", "credits/transactions.csv"),
    Tampering("an audit row edited", edit(EVENTS), "edited_log", EVENTS),
    Tampering("a claim deleted", delete(CLAIMS), "edited_log", CLAIMS),
    Tampering("an audit row deleted", delete(EVENTS), "edited_log", EVENTS),
    Tampering("claims reordered", reorder(CLAIMS), "edited_log", CLAIMS),
    Tampering("a row slipped in", slip_in, "edited_log", CLAIMS),
    Tampering("a segment edited", edit(SEGMENT), "edited_log", SEGMENT),
    Tampering("a segment grown", grow_segment, "edited_log", SEGMENT, rows=False),
    Tampering("a false segment", false_segment, "edited_log", "work/session_logs/000001.csv", rows=False),
    Tampering("rows doubled", doubled, "edited_log", "work/session_logs/000001.csv", rows=False),
    Tampering("a task removed", delete(TASKS), "removed_row", TASKS),
    Tampering("a budget without audit row", change_register, "unaudited", TASKS, rows=False, covered=False),
    Tampering("a budget and a page without audit row", change_both, "unaudited", TASKS, rows=False, covered=False),
    Tampering("a page without audit row", change_page, "unaudited", "wiki/home.md", rows=False, covered=False),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A tampering after `first` lawful commits, `covered` by a lawful one or not, with `after` more behind it."""

    tampering: Tampering
    first: int
    at: int
    covered: bool
    after: int
    seen: bool


CASES = st.builds(
    Case,
    tampering=st.sampled_from(TAMPERINGS),
    first=st.integers(5, 10),
    at=st.integers(0, 50),
    covered=st.booleans(),
    after=st.integers(0, 2),
    seen=st.booleans(),
)


def tampering_story(case: Case) -> AnyStory:
    """Lawful commits, one that is not, and lawful ones on top of it."""
    commands, tampering = lawful().commands, case.tampering

    async def story(branch: Branch, watcher: Watcher | Paper) -> None:
        for sealed in commands[: case.first]:
            await branch.command(sealed)
        if case.seen:
            assert (await watcher.sync()).new == 0
        if case.covered and tampering.covered:
            before = branch.tree
            await branch.command(commands[case.first], lambda files: _quietly(files, tampering, case.at, before))
        else:
            files = {path: branch.tree.read(path) or b"" for path in branch.tree.paths()}
            tampering.change(files, case.at)
            await branch.write(files, "small correction")
        culprit = branch.tips[-1][0]
        for sealed in commands[case.first + 1 : case.first + 1 + case.after]:
            with suppress(LedgerFileError):
                await branch.command(sealed)
        assert (await watcher.sync()).complete
        named = [f for f in watcher.findings if (f.kind, f.path) == (tampering.kind, tampering.path)]
        assert named, [str(f) for f in watcher.findings]
        assert {f.commit for f in named} == {culprit}
        if tampering.rows:
            assert named[0].before or named[0].after
            assert named[0].line is not None or tampering.kind == "removed_row"
        assert (await watcher.sync()).new == 0, "said once"

    return story


@_ON_PAPER
@given(case=CASES)
def test_any_tampering_is_named(case: Case) -> None:
    run_on_paper(tampering_story(case))


@_ON_THE_FORGE
@given(case=CASES)
def test_any_tampering_on_a_forge_is_named(forge: LedgerForge, blobs: BlobCache, case: Case) -> None:
    run(forge, blobs, tampering_story(case))


def _quietly(files: Files, tampering: Tampering, at: int, before: Tree) -> None:
    """Tamper with the rows that were there before the command, not with those it adds, which stay behind them."""
    path = tampering.path
    old, new = before.read(path), files.get(path)
    if old is None or new is None or not new.startswith(old):
        assume(tampering.kind == "removed_row" or (old is None and new is None))
        tampering.change(files, at)
        return
    files[path] = old
    tampering.change(files, at)
    files[path] += new[len(old) :]


@pytest.mark.parametrize("back", [1, 3])
@pytest.mark.parametrize("anew", [0, 2])
def test_a_rewritten_history_is_named_with_the_rows(forge: LedgerForge, blobs: BlobCache, back: int, anew: int) -> None:
    async def story(branch: Branch, watcher: Watcher) -> None:
        for sealed in lawful().commands[:8]:
            await branch.command(sealed)
        await watcher.sync()
        old = branch.tips[-1][0]
        branch.move(back)
        for number in range(anew):
            await branch.command(_other(lawful().commands[8 + number]))
        proved = await watcher.sync()
        assert proved.open
        rewritten = [f for f in watcher.findings if f.kind == "rewritten"]
        assert old[:10] in rewritten[0].message
        lost = [f for f in watcher.findings if f.kind == "edited_log"]
        assert EVENTS in {f.path for f in lost} or SEGMENT in {f.path for f in lost}
        assert all(f.before for f in lost)
        assert (await watcher.sync()).new == 0
        await branch.command(_other(lawful().commands[12]))
        assert (await watcher.sync()).new == 0, "what comes afterwards is lawful again"

    run(forge, blobs, story)


def _other(sealed: Sealed) -> Sealed:
    """A comment by the same hand, which fits on any ledger."""
    change = replace(sealed.change, index=(), markdown=())
    return replace(sealed, change=change)


def test_another_author_than_who_gave_the_command_is_named(forge: LedgerForge, blobs: BlobCache) -> None:
    async def story(branch: Branch, watcher: Watcher) -> None:
        first, second = lawful().commands[:2]
        draft = compose(branch.tree, [first])
        somebody = Identity("jonas", "jonas@owners.invalid")
        await branch.write({f.path: f.content for f in draft.files}, draft.message, somebody)
        draft = compose(branch.tree, [second])
        message = draft.message.replace(f" {second.actor} ", " jonas ")
        await branch.write({f.path: f.content for f in draft.files}, message, _author(draft))
        await watcher.sync()
        culprits = [sha for sha, _ in branch.tips[-2:]]
        assert ("author", culprits[0], Severity.ERROR) in [(f.kind, f.commit, f.severity) for f in watcher.findings]
        assert ("trailer", culprits[1]) in [(f.kind, f.commit) for f in watcher.findings]

    run(forge, blobs, story)


def _author(draft: CommitDraft) -> Identity:
    return Identity(draft.author_name, draft.author_email)


def test_a_removed_file_is_named(forge: LedgerForge, blobs: BlobCache) -> None:
    async def story(branch: Branch, watcher: Watcher) -> None:
        await branch.write({}, "tidy", gone=[CLAIMS] if branch.tree.blob_id(CLAIMS) else ["credits/transactions.csv"])
        await watcher.sync()
        assert "edited_log" in [f.kind for f in watcher.findings]

    run(forge, blobs, story)


def test_what_a_rewritten_history_has_lost_stays_named(forge: LedgerForge, blobs: BlobCache) -> None:
    async def story(branch: Branch, watcher: Watcher) -> None:
        await branch.write({"wiki/home.md": b"# Other\n"}, "by hand")
        await watcher.sync()
        branch.move(1)
        await branch.command(lawful().commands[0])
        await watcher.sync()
        # As `smartup ledger verify` keeps it: every commit of the new history is sound, which explains nothing.
        watcher.store.looked_back("here", branch.tips[-1][0], HistoryCheck())
        assert {"unaudited", "rewritten"} <= {f.kind for f in watcher.findings}

    run(forge, blobs, story)


def test_a_commit_without_audit_row_is_explained_by_the_row_that_enters_it(
    forge: LedgerForge, blobs: BlobCache
) -> None:
    async def story(branch: Branch, watcher: Watcher) -> None:
        files = {"wiki/home.md": (branch.tree.read("wiki/home.md") or b"") + b"x\n"}
        await branch.write(files, "by hand")
        culprit = branch.tips[-1][0]
        await watcher.sync()
        assert [(f.kind, f.commit) for f in watcher.findings] == [("unaudited", culprit)]
        row = f"2026-03-01T10:00:00Z,01K9,engelbot,repair,commit,{culprit[:10]},Changed,repair,ok,r-9\n".encode()
        message = "repair\n\nCommand: 01K9 engelbot r-9 repair\n"
        trail = {EVENTS: (branch.tree.read(EVENTS) or b"") + row}
        await branch.write(trail, message, Identity("engelbot", "engelbot@owners.invalid"))
        await watcher.sync()
        assert watcher.findings == []
        (kept,) = watcher.store.findings(FindingState.EXPLAINED)
        assert kept.finding.commit == culprit

    run(forge, blobs, story)


def test_a_forge_that_loses_the_repository_is_no_rewritten_history(forge: LedgerForge, blobs: BlobCache) -> None:
    from smartup_tui.forge.embedded.faults import Fault, FaultKind
    from smartup_tui.forge.errors import ForgeError

    async def story(branch: Branch, watcher: Watcher) -> None:
        await branch.command(lawful().commands[0])
        before = watcher.mirror.cached()
        view = (await watcher.mirror.refresh()).view
        forge.faults.plan(Fault(FaultKind.STATUS, status=404, times=99))
        with pytest.raises(ForgeError):
            await prove(watcher.watched, watcher.store, view, before)
        forge.faults.clear()
        assert watcher.findings == []
        assert (await watcher.sync()).new == 0

    run(forge, blobs, story)


def test_the_row_of_a_watched_commit_is_known_without_asking(forge: LedgerForge, blobs: BlobCache) -> None:
    async def story(branch: Branch, watcher: Watcher) -> None:
        sealed = lawful().commands[0]
        await branch.command(sealed)
        await watcher.sync()
        event = sealed.events[0].event_id
        assert watcher.store.commit_of(event) == branch.tips[-1][0]

    run(forge, blobs, story)


def test_what_is_acknowledged_is_open_no_more(forge: LedgerForge, blobs: BlobCache) -> None:
    async def story(branch: Branch, watcher: Watcher) -> None:
        files = {path: branch.tree.read(path) or b"" for path in branch.tree.paths()}
        files[EVENTS] = files[EVENTS].replace(b",ok,", b",ko,", 1)
        files[TASKS] = files[TASKS].replace(b"medium", b"small", 1)
        await branch.write(files, "x")
        assert (await watcher.sync()).open == 2
        numbers = [one.number for one in watcher.store.findings()]
        assert watcher.store.acknowledge(numbers[:1], "it was me") == 1
        assert watcher.store.count_open() == 1
        assert watcher.store.acknowledge(None) == 1
        assert (await watcher.sync()).open == 0
        assert watcher.store.findings()[0].note == "it was me"

    run(forge, blobs, story)
