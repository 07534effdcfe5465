"""`smartup explain`: where a number comes from, reckoned again from the ledger's own rows."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import open_reader, profile_of
from smartup_tui.cli.output import print_as_of, print_json, print_wrapped, progress_end, progress_line
from smartup_tui.cli.writing import add_output, put_out
from smartup_tui.text import clean_line
from smartup_tui.workspace.explain import Evidence, Explanation, explain
from smartup_tui.workspace.explain_forms import document, lines, sheet, unfolded, verdict
from smartup_tui.workspace.explain_rows import known_commits
from smartup_tui.workspace.past_store import PastStore
from smartup_tui.workspace.places import Places
from smartup_tui.workspace.proof_store import ProofStore
from smartup_tui.workspace.target import Unclear

if TYPE_CHECKING:
    from smartup_tui.workspace.commit_values import CommitLine

_SHOWN: Final = 10
_EPILOG: Final = """\
examples:
  smartup explain wallet                        what I have, row by row
  smartup explain g_30                          an award: scores, payout, split, votes, mint
  smartup explain 6_1_2_0 --depth 3             a task's budget, down to its sessions' audit rows
  smartup explain treasury                      the money, what is outstanding, the 3x rule
  smartup explain credits/transactions.csv:55   one row
  smartup explain p_2 --commits                 a vote, with the commits that wrote it, asked of the forge
  smartup explain wallet --format csv           the same as a table

It ends with exit code 1 where something does not agree.
"""


def configure(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup explain`."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "entity", help="an id, an alias, the beginning of a title, wallet, treasury, FILE:LINE, or an event id"
    )
    parser.add_argument("--depth", type=int, default=2, metavar="N", help="how many levels down (default: 2)")
    parser.add_argument("--all", action="store_true", help=f"every row, where {_SHOWN} are shown")
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")
    parser.add_argument("--commits", action="store_true", help="ask the forge which commits wrote it; says who signed")
    add_output(parser, default=None)
    parser.add_argument("--sync", action="store_true", help="ask the forge for news first")
    parser.set_defaults(run=_run)


def _run(arguments: Namespace) -> int:
    reader = open_reader(arguments)
    home, name, _ = profile_of(arguments)
    places = Places.of(home, name)
    store = ProofStore(places.proof) if places.proof.exists() else None
    try:
        evidence = Evidence(reader, datetime.now(UTC), known_commits(store, PastStore(places)))
        found = explain(evidence, arguments.entity)
        if isinstance(found, Unclear):
            raise CommandFailed(Exit.REFUSED, clean_line(found.message, 300), "`smartup explain --help` has examples.")
        whole = unfolded(evidence, found, max(0, arguments.depth))
    finally:
        if store is not None:
            store.close()
    commits = _commits(arguments, whole) if arguments.commits else {}
    whole = _marked(whole, commits)
    code = Exit.REFUSED if whole.doubts else Exit.OK
    if arguments.json:
        print_json({"as_of": reader.as_of, **document(whole, commits)})
        return code
    if arguments.format or arguments.output:
        put_out(sheet(whole), arguments)
        return code
    for level, text in lines(whole, most=None if arguments.all else _SHOWN):
        print_wrapped(text, 2 * level)
    said = [text for text in (verdict(whole), *_signatures(commits)) if text]
    if said:
        print("\n" + "\n".join(said))
    print_as_of(reader.as_of)
    return code


def _commits(arguments: Namespace, whole: Explanation) -> dict[str, CommitLine]:
    """The commit of every audit row in an explanation, by its event; a row that no commit names has none."""
    import asyncio  # noqa: PLC0415 - nothing of it is wanted where nobody asks the forge

    from smartup_tui.forge.errors import NotFound  # noqa: PLC0415
    from smartup_tui.workspace.commit_asking import Deed  # noqa: PLC0415
    from smartup_tui.workspace.past_process import asking  # noqa: PLC0415

    wanted = {part.event: part for part in whole.walk() if part.event}
    home, name, _ = profile_of(arguments)

    async def ask() -> dict[str, CommitLine]:
        found = {}
        async with asking(home, name) as asker:
            for number, (event, part) in enumerate(wanted.items(), 1):
                progress_line(f"{number} of {len(wanted)} rows looked up")
                try:
                    sha = (
                        part.commit
                        or (await asker.commit_of(Deed(event, part.request, part.at or datetime.now(UTC)))).sha
                    )
                    found[event] = (await asker.changes(sha)).commit
                except NotFound:
                    continue
        return found

    try:
        return asyncio.run(ask())
    finally:
        progress_end()


def _marked(part: Explanation, commits: dict[str, CommitLine]) -> Explanation:
    """The same explanation with the commits that are known now."""
    known = commits.get(part.event)
    parts = tuple(_marked(one, commits) for one in part.parts)
    return replace(part, commit=known.sha if known is not None else part.commit, parts=parts)


def _signatures(commits: dict[str, CommitLine]) -> list[str]:
    """What the forge says of the commits' signatures, once for each way of signing."""
    by_word: dict[str, set[str]] = {}
    for commit in commits.values():
        by_word.setdefault(commit.signature or "not signed", set()).add(commit.sha)
    return [
        f"{'One commit is' if len(shas) == 1 else f'{len(shas)} commits are'} {clean_line(said, 200)}."
        for said, shas in sorted(by_word.items())
    ]
