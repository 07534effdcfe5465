"""Git's name for a piece of content, computed without git."""

from __future__ import annotations

import hashlib
import re

_OBJECT_ID = re.compile("[0-9a-f]{40}")
EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def blob_id(data: bytes) -> str:
    """The 40 hex digits git gives to ``data``: SHA-1 over ``blob <length>`` + NUL + the bytes."""
    digest = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def is_object_id(text: str) -> bool:
    """Whether ``text`` is a full git object id in lower-case hex (nothing else may become a file name in the cache)."""
    return _OBJECT_ID.fullmatch(text) is not None
