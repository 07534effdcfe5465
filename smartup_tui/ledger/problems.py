"""What is wrong with a file of the ledger, said so that a person can put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that could not be read: where it is, what is wrong and what was expected.

    `line` counts from 1 and is None when the whole file is meant; `column` is a name of the header or a policy's key.
    """

    path: str
    line: int | None
    column: str | None
    message: str
    expected: str = ""

    def __str__(self) -> str:
        """One line: `work/objectives.csv:12, title: …; expected …`."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        if self.column is not None:
            place = f"{place}, {self.column}"
        return f"{place}: {self.message}" + (f"; expected {self.expected}" if self.expected else "")


class LedgerFileError(Exception):
    """A file of the ledger is in a state in which it can not be written; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        """Say which problem stands in the way."""
        super().__init__(str(problem))
        self.problem = problem
