"""Forgejo as a store: an async REST client, a content-addressed cache, and a mirror that downloads only what changed.

``embedded`` serves the same API over bare repositories on this machine. Nothing here knows a ledger rule.
Names are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartup_tui.facade import loader

if TYPE_CHECKING:
    from smartup_tui.forge.blobs import blob_id as blob_id
    from smartup_tui.forge.bridge import LoopThread as LoopThread
    from smartup_tui.forge.cache import BlobCache as BlobCache
    from smartup_tui.forge.client import ForgeClient as ForgeClient
    from smartup_tui.forge.errors import ForgeError as ForgeError
    from smartup_tui.forge.models import Commit as Commit
    from smartup_tui.forge.models import CommitRequest as CommitRequest
    from smartup_tui.forge.models import CommitResult as CommitResult
    from smartup_tui.forge.models import FileChange as FileChange
    from smartup_tui.forge.models import Identity as Identity
    from smartup_tui.forge.models import RepoRef as RepoRef
    from smartup_tui.forge.models import Version as Version
    from smartup_tui.forge.retrying import RetryPolicy as RetryPolicy
    from smartup_tui.forge.sync import Mirror as Mirror
    from smartup_tui.forge.view import TreeView as TreeView

_HOMES = {
    "BlobCache": "cache",
    "Commit": "models",
    "CommitRequest": "models",
    "CommitResult": "models",
    "FileChange": "models",
    "ForgeClient": "client",
    "ForgeError": "errors",
    "Identity": "models",
    "LoopThread": "bridge",
    "Mirror": "sync",
    "RepoRef": "models",
    "RetryPolicy": "retrying",
    "TreeView": "view",
    "Version": "models",
    "blob_id": "blobs",
}

__all__ = [*_HOMES]  # noqa: PLE0604 - the table above is the one list of names
__getattr__ = loader(__name__, _HOMES)
