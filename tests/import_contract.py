"""The contract type of `.importlinter`: a table of which part of the package may import which.

Import-linter's own types stop at a part that does not exist (yet); this one reads as the table in the guide does.
"""

from __future__ import annotations

from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "smartup_tui"


def part_of(module: str) -> str:
    """`smartup_tui.ledger.economy.sc` -> `ledger`; the root package itself -> ``."""
    return module.removeprefix(ROOT).lstrip(".").partition(".")[0]


def table(lines: list[str]) -> dict[str, frozenset[str]]:
    """`name: one two` lines, each name once; a name that begins with @ stands for its row in the rows after it.

    Raises ValueError for a name given twice.
    """
    rows: dict[str, frozenset[str]] = {}
    for line in lines:
        name, _, allowed = line.partition(":")
        if name.strip() in rows:
            msg = f"{name.strip()} has two lines in .importlinter"
            raise ValueError(msg)
        rows[name.strip()] = frozenset(
            part for word in allowed.split() for part in (rows[word] if word[0] == "@" else {word})
        )
    return rows


def violations(graph: ImportGraph, may_import: list[str], only_in: list[str]) -> list[str]:
    """Each forbidden import as one sentence, with the line where it stands."""
    allowed, confined = table(may_import), table(only_in)
    found: set[str] = set()
    for importer in graph.find_descendants(ROOT) | {ROOT}:
        part = part_of(importer)
        if part and part not in allowed:
            found.add(f"{part} has no line in .importlinter: say what it may import")
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            outside = imported.partition(".")[0]
            if outside == ROOT:
                wrong = part_of(imported) not in {"", part} | allowed.get(part, frozenset())
            else:
                wrong = outside in confined and part not in confined[outside]
            if wrong:
                line = graph.get_import_details(importer=importer, imported=imported)[0]["line_number"]
                found.add(f"{importer}:{line} imports {imported}, which {part or ROOT} may not")
    return sorted(found)


class DirectionsContract(Contract):
    """`may_import`: part -> parts; `only_in`: outside package -> the parts that may import it."""

    type_name = "directions"
    may_import = fields.ListField(subfield=fields.StringField())
    only_in = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Judge the direct imports; a detour is judged at each of its steps."""
        del verbose
        # A field holds its parsed value on the instance; its declared type says otherwise.
        found = violations(graph, cast("list[str]", self.may_import), cast("list[str]", self.only_in))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the sentences."""
        for sentence in check.metadata["found"]:
            output.print_error(sentence, bold=False)
