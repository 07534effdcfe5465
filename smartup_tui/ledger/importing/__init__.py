"""Taking over an older ledger: the tree of August 2025, or other files and columns through a mapping file.

`mapping` reads which file is which table and which column which; `plan` makes the changes, and says of everything that
it could not place where it is and why. Pure; who calls it publishes. Sources: domain.md §4; ledger.md §2.
"""

from __future__ import annotations

from smartup_tui.ledger.importing.mapping import Mapping, MappingError, parse_mapping
from smartup_tui.ledger.importing.plan import Import, plan_import

__all__ = ["Import", "Mapping", "MappingError", "parse_mapping", "plan_import"]
