"""An organisation's ledger on the embedded forge as the Toolbox would have written it: one commit for each command."""

from __future__ import annotations

from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import CommitRequest, FileChange, Identity
from smartup_tui.ledger.compose import CommitDraft, compose
from smartup_tui.ledger.tree import MappingTree, Overlay, Tree, as_base
from tests.support.ledger_forge import REPO, TOOLBOX, LedgerForge
from tests.support.organisation import Organisation


def request_of(draft: CommitDraft) -> CommitRequest:
    """A composed commit as the forge takes it."""
    files = tuple(
        FileChange.create(file.path, file.content)
        if file.old is None
        else FileChange.update(file.path, file.content, file.old)
        for file in draft.files
    )
    author = Identity(draft.author_name, draft.author_email)
    return CommitRequest("main", draft.message, files, author, TOOLBOX, draft.date, draft.date)


async def publish_history(
    forge: LedgerForge, org: Organisation, *, base: Tree | None = None, skip: int = 0
) -> tuple[Tree, list[str]]:
    """Publish the commands of an organisation after the first `skip`, on the files that those left (`base`).

    Answers the files that are on the branch now, and the commits made.
    """
    tree: Tree = base if base is not None else MappingTree({})
    made = []
    async with ForgeClient(forge.server.address, forge.token) as client:
        for sealed in org.sealed[skip:]:
            draft = compose(tree, [sealed])
            request = request_of(draft)
            made.append((await client.change_files(REPO, request)).sha)
            tree = as_base(Overlay(tree, {file.path: file.content for file in draft.files}))
            forge.blobs |= {path: tree.blob_id(path) or "" for path in (f.path for f in draft.files)}
    return tree, made
