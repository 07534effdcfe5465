"""`smartup ledger verify | findings | repair | import`: checking from an owner's machine; mending from the host."""

from __future__ import annotations

import asyncio
import os
from argparse import ArgumentParser, Namespace
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from smartup_tui.cli.exits import Exit
from smartup_tui.cli.failures import CommandFailed
from smartup_tui.cli.opening import home_of, profile_of
from smartup_tui.cli.output import print_json, progress_end, progress_line
from smartup_tui.text import clean_line

_TOLD_OF_A_KIND = 50
"""Findings of one kind that are printed one by one; who needs thousands reads them by a program."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from smartup_tui.ledger.importing import Mapping
    from smartup_tui.ledger.verify import Report
    from smartup_tui.toolbox.host import Host, Written


def ledger(parser: ArgumentParser) -> None:
    """Complete the parser of `smartup ledger`."""
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    check = commands.add_parser("verify", help="check the ledger's files and every commit that made them")
    check.add_argument("--files-only", action="store_true", help="leave the commits out: quicker, and proves less")
    check.add_argument(
        "--clone", type=Path, metavar="PATH", help="check this clone of the repository, without a server"
    )
    check.add_argument("--branch", metavar="NAME", help="with --clone: the branch, if not the one checked out")
    _json(check)
    check.set_defaults(run=_verify)
    seen = commands.add_parser(
        "findings", help="what the watch over the ledger's past has found on this machine, and who has looked at it"
    )
    seen.add_argument(
        "--acknowledge", nargs="*", type=int, metavar="N", help="you know of these (of all): no alarm more"
    )
    seen.add_argument("--note", default="", metavar="TEXT", help="with --acknowledge: what you found out")
    _json(seen)
    seen.set_defaults(run=_findings)
    mend = commands.add_parser(
        "repair", help="complete what was left by halves; nothing is deleted, and no row of a log is changed"
    )
    _host(mend)
    mend.add_argument("--files-only", action="store_true", help="leave the commits out: only what the files show")
    mend.set_defaults(run=_repair)
    take = commands.add_parser("import", help="take over an older ledger, such as the tree of August 2025")
    take.add_argument("folder", type=Path, help="the folder with the old files")
    take.add_argument("--mapping", type=Path, metavar="FILE", help="which file and column is which, as TOML")
    _host(take)
    take.set_defaults(run=_import)


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document, for programs")


def _host(parser: ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="the Toolbox's settings file")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    _json(parser)


def _open_host(arguments: Namespace) -> Host:
    """The ledger as the host reaches it."""
    from smartup_tui.toolbox.host import Host  # noqa: PLC0415 - brings the HTTP client
    from smartup_tui.toolbox.run import CONFIG_VARIABLE  # noqa: PLC0415
    from smartup_tui.toolbox.settings import load  # noqa: PLC0415

    config = arguments.config or (Path(named) if (named := os.environ.get(CONFIG_VARIABLE)) else None)
    if config is None:
        hint = f"Name it with --config, or in {CONFIG_VARIABLE}."
        raise CommandFailed(Exit.USAGE, "The Toolbox's settings file is not named.", hint)
    return Host(load(config))


def _verify(arguments: Namespace) -> int:
    from smartup_tui.workspace.proof import verify_clone, verify_ledger  # noqa: PLC0415 - brings the HTTP client

    past = not arguments.files_only
    if arguments.branch and not arguments.clone:
        raise CommandFailed(Exit.USAGE, "--branch belongs to --clone; the profile names the forge's branch.")
    try:
        if arguments.clone:
            report = verify_clone(arguments.clone, arguments.branch, _checked, past=past)
        else:
            report = asyncio.run(verify_ledger(home_of(arguments), arguments.profile, _checked, past=past))
    finally:
        progress_end()
    if arguments.json:
        print_json(_report(report))
    else:
        _say(report)
    return Exit.OK if report.ok else Exit.REFUSED


def _findings(arguments: Namespace) -> int:
    from smartup_tui.workspace.describe_findings import finding_lines, finding_values  # noqa: PLC0415 - only here
    from smartup_tui.workspace.places import Places  # noqa: PLC0415
    from smartup_tui.workspace.proof_store import FindingState, ProofStore  # noqa: PLC0415

    home, name, _ = profile_of(arguments)
    with ProofStore(Places.of(home, name).proof) as store:
        if arguments.acknowledge is not None:
            count = store.acknowledge(arguments.acknowledge or None, arguments.note)
            print(f"{count} acknowledged." if count else "There was nothing to acknowledge.")
            return Exit.OK
        found = store.findings()
    if arguments.json:
        print_json([finding_values(one) for one in found])
    else:
        for line in [line for one in found for line in finding_lines(one)] or ["Nothing was found."]:
            print(clean_line(line, 400))
    return Exit.REFUSED if any(one.state is FindingState.OPEN for one in found) else Exit.OK


def _repair(arguments: Namespace) -> int:
    host = _open_host(arguments)
    try:
        repaired = host.repair(_checked, dry_run=arguments.dry_run, past=not arguments.files_only)
    finally:
        progress_end()
    report = repaired.report
    if arguments.json:
        print_json(_written(repaired.written) | {"check": _report(report)})
    else:
        _say_written(repaired.written, "Repaired", dry_run=arguments.dry_run)
        _say(report)
    return Exit.OK if report.ok else Exit.REFUSED


def _import(arguments: Namespace) -> int:
    from smartup_tui.ledger.importing import Mapping, MappingError, parse_mapping  # noqa: PLC0415 - only here

    try:
        mapping = parse_mapping(arguments.mapping.read_text(encoding="utf-8")) if arguments.mapping else Mapping()
        files = _files(arguments.folder, mapping)
    except MappingError as error:
        raise CommandFailed(Exit.USAGE, error.message, error.hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(Exit.USAGE, f"The old ledger can not be read: {error}.") from None
    written = _open_host(arguments).take_over(files, mapping, dry_run=arguments.dry_run)
    if arguments.json:
        print_json(_written(written))
    else:
        _say_written(written, "Imported", dry_run=arguments.dry_run)
    return Exit.OK


def _files(folder: Path, mapping: Mapping) -> dict[str, bytes]:
    """The files of a folder by their paths within it; nothing hidden, and no link is followed.

    What can not be placed is named and not opened: an old tree may hold names and addresses of people.
    """
    found = {}
    for base, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(base, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                place = path.relative_to(folder).as_posix()
                wanted = mapping.table(place) is not None or place.endswith(".yml") or place.startswith("wiki/")
                found[place] = path.read_bytes() if wanted else b""
    return found


def _raise(error: OSError) -> None:
    raise error


def _checked(commits: int) -> None:
    progress_line(f"{commits:,} commits checked")


def _report(report: Report) -> dict[str, object]:
    return {"ok": report.ok, "commits": report.commits, "findings": [asdict(f) for f in report.findings]}


def _written(written: Written) -> dict[str, object]:
    return {"done": list(written.done), "hindered": list(written.hindered), "commits": list(written.commits)}


def _say_written(written: Written, verb: str, *, dry_run: bool) -> None:
    for line in written.done:
        print(clean_line(line, 400))
    for line in written.hindered:
        print(clean_line(f"Left as it is: {line}", 400))
    count = len(written.done)
    if dry_run:
        print(f"{count} changes would be written." if count else "Nothing would be written.")
    else:
        print(f"{verb}: {count} changes in {len(written.commits)} commits." if count else "Nothing had to be written.")


def _say(report: Report) -> None:
    told: Counter[tuple[str, str]] = Counter()
    for finding in report.findings:
        kind = (finding.severity.value, finding.kind)
        told[kind] += 1
        if told[kind] <= _TOLD_OF_A_KIND:
            print(clean_line(str(finding), 400))
    for (severity, name), count in told.items():
        if count > _TOLD_OF_A_KIND:
            print(f"{severity} {name}: {count - _TOLD_OF_A_KIND:,} more; --json names all")
    looked = f"{report.commits:,} commits and all files" if report.commits else "all files"
    print(f"Checked {looked}: {'the ledger is in order.' if report.ok else f'{len(report.errors):,} errors.'}")
