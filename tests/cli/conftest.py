"""Times are shown in UTC."""

from __future__ import annotations

from tests.support.local_time import utc

__all__ = ["utc"]
