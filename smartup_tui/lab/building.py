"""Making a lab's data: accounts, the sample organisation, rooms. Synapse and the forge must run.

Building is done wholly or again from the start: `lab.toml` says that it is done only when everything is there.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from smartup_tui.forge.client import ForgeClient
from smartup_tui.forge.models import RepoRef
from smartup_tui.lab import accounts, roomplan
from smartup_tui.lab.errors import LabStopped
from smartup_tui.lab.roomplan import Planned
from smartup_tui.lab.rooms import RoomMaker, room_maker
from smartup_tui.lab.sample import data
from smartup_tui.lab.sample.play import play
from smartup_tui.lab.sample.script import script
from smartup_tui.lab.system import BRANCH, ENGELBOT, FORGE_OF, FORGE_OWNER, LEDGER, SERVICE, System
from smartup_tui.ledger.settle import next_effect
from smartup_tui.ledger.snapshot import Snapshot
from smartup_tui.toolbox.operations import OPERATIONS
from smartup_tui.toolbox.publish import ForgeStore
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.writer import Rules

Tell = Callable[[str], None]
"""Says how far building is."""


def clear(system: System) -> None:
    """Remove what an unfinished build left, and begin with accounts on the forge. Nothing of the lab may run."""
    for folder in system.layout.data:
        shutil.rmtree(folder, ignore_errors=True)
    accounts.make_forge(system.layout.forge, system.keys, data.aliases(), datetime.now(UTC))


class Builder:
    """Builds the data of one lab; `now` is the moment that the sample organisation has reached."""

    def __init__(self, system: System, tell: Tell, now: datetime | None = None) -> None:
        self._system = system
        self._tell = tell
        self._now = now or datetime.now(UTC).replace(microsecond=0)
        self._stopped = threading.Event()
        self._done = {"commands": "", "rooms": ""}

    async def build(self) -> dict[str, str]:
        """Make everything; returns the Matrix device of each account. Cancel it to end it."""
        system, people = self._system, data.aliases()
        playing = asyncio.create_task(asyncio.to_thread(self._play))
        try:
            devices = await asyncio.to_thread(accounts.make_users, system.synapse, system.keys, people)
            every = {name: accounts.account(system.synapse, system.keys, devices, name) for name in (ENGELBOT, *people)}
            engelbot = every.pop(ENGELBOT)
            async with room_maker(engelbot, every) as maker:
                await maker.make(roomplan.frame(data.organisation().name, frozenset(people)))
                await maker.make(await playing, lambda done, count: self._say("rooms", done, count))
            return devices
        finally:
            self._stopped.set()
            await asyncio.gather(playing, return_exceptions=True)

    async def join_desks(self, devices: dict[str, str]) -> None:
        """Let every owner into the desk that Engelbot, which must run, makes and invites them to."""
        async with self._maker(devices) as maker:
            await maker.join_desks()
        await asyncio.to_thread(accounts.limit_owners, self._system.synapse, data.aliases())

    def _maker(self, devices: dict[str, str]) -> AbstractAsyncContextManager[RoomMaker]:
        system = self._system
        owners = {name: accounts.account(system.synapse, system.keys, devices, name) for name in data.aliases()}
        return room_maker(accounts.account(system.synapse, system.keys, devices, ENGELBOT), owners)

    def _play(self) -> list[Planned]:
        """Run the sample organisation's commands; returns the rooms that its ledger asks for."""
        system = self._system
        steps = script(self._now, system.synapse.server_name)
        client = ForgeClient(system.forge_url, system.keys.get(FORGE_OF.format(SERVICE)))
        store = ForgeStore(client, RepoRef(FORGE_OWNER, LEDGER), BRANCH, system.layout.toolbox / "state")
        with Toolbox(store, Rules(OPERATIONS, next_effect)) as toolbox:
            play(toolbox, steps, self._played)
            return roomplan.entities(Snapshot(store.refresh()))

    def _played(self, done: int, count: int) -> None:
        if self._stopped.is_set():
            raise LabStopped
        self._say("commands", done, count)

    def _say(self, what: str, done: int, count: int) -> None:
        self._done[what] = f"{done} of {count} {what}"
        self._tell(", ".join(text for text in self._done.values() if text))
