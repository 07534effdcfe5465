"""Windows of the read model as sources of a virtual table's rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

from smartup_tui.ledger.index.windows import Window
from smartup_tui.ledger.schema import R
from smartup_tui.widgets.table import Row


class WindowSource(Generic[R]):
    """A pinned window, whose row ids are the table's."""

    def __init__(self, window: Window[R], shape: Callable[[str, R], Row]) -> None:
        self._window = window
        self._shape = shape

    @property
    def window(self) -> Window[R]:
        """The ledger's rows behind those of the table, for an export."""
        return self._window

    @property
    def count(self) -> int:
        return len(self._window)

    def rows(self, start: int, n: int) -> Sequence[Row]:
        return [self._shape(str(key), row) for key, row in self._window.rows(start, n)]

    def index_of(self, id: str) -> int | None:  # noqa: A002 - the word of the protocol
        return self._window.position(int(id)) if id.lstrip("-").isdigit() else None

    def first(self, id: str) -> R | None:  # noqa: A002
        """The ledger's row behind a row of the table."""
        place = self.index_of(id)
        found = self._window.rows(place, 1) if place is not None else []
        return found[0][1] if found else None
