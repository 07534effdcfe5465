"""A small organisation's ledger on an embedded forge, and an owner whose profile names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from smartup_tui.config import Home, Profile, write_profile
from smartup_tui.forge.blobs import blob_id
from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.embedded.faults import Faults
from smartup_tui.forge.embedded.server import ForgeServer
from smartup_tui.forge.models import CommitRequest, FileChange, Identity, RepoRef
from smartup_tui.ledger.tree import Tree
from smartup_tui.secrets import open_store
from smartup_tui.workspace.places import FORGE_TOKEN
from tests.support.owner_home import PROFILE

REPO = RepoRef(PROFILE.forge_owner, PROFILE.ledger_repo)
TOOLBOX = Identity("toolbox", "toolbox@owners.invalid")


@dataclass(slots=True)
class LedgerForge:
    """The forge, and the owner's home beside it."""

    server: ForgeServer
    faults: Faults
    home: Home
    profile: Profile
    token: str
    blobs: dict[str, str] = field(default_factory=dict)
    """What is on the branch: blob ids by path."""

    async def publish(self, tree: Tree) -> None:
        """Bring the branch to these files, as one commit."""
        changes = []
        for path in tree.paths():
            data = tree.read(path) or b""
            known = self.blobs.get(path)
            if known is None:
                changes.append(FileChange.create(path, data))
            elif known != blob_id(data):
                changes.append(FileChange.update(path, data, known))
            self.blobs[path] = blob_id(data)
        async with ForgeClient(self.server.address, self.token) as client:
            await client.change_files(REPO, CommitRequest("main", "ledger", tuple(changes), TOOLBOX, TOOLBOX))


@contextmanager
def ledger_forge(folder: Path) -> Iterator[LedgerForge]:
    """Start a forge with an empty repository; the owner's token is in the owner's secrets."""
    faults = Faults()
    with ForgeServer(folder / "forge", faults=faults) as server:
        server.store.create_user("toolbox", admin=True)
        server.store.create_organization(REPO.owner, owners=["toolbox"])
        server.store.create_repository(REPO)
        token = server.store.create_token("toolbox", "tests")
        home = Home.find(folder / "home")
        profile = msgspec.structs.replace(PROFILE, forge_url=server.address)
        write_profile(home, "smartup", profile, default=True)
        text = home.config_file.read_text(encoding="utf-8")
        home.config_file.write_text(f'secrets = "file"\n{text}', encoding="utf-8")
        open_store("file", home).set("smartup", FORGE_TOKEN, token)
        yield LedgerForge(server, faults, home, profile, token)
        faults.clear()
