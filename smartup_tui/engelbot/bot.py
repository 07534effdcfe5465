"""Engelbot's loop: from the link's stored messages to the outbox, each command once.

The commands of one owner are handled in their order, those of different owners side by side, so that one that waits
for the Toolbox holds up nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from smartup_tui.engelbot import wording
from smartup_tui.engelbot.asking import PATIENCE, Asking, Toolbox
from smartup_tui.engelbot.deciding import Limits
from smartup_tui.engelbot.doors import Doors
from smartup_tui.engelbot.doors import Link as DoorLink
from smartup_tui.engelbot.hearing import Hearing
from smartup_tui.engelbot.inbox import Heard, Inbox
from smartup_tui.engelbot.reading import Reading
from smartup_tui.engelbot.serving import Serving
from smartup_tui.engelbot.threads import Threads
from smartup_tui.engelbot.toolbox_client import NotYet
from smartup_tui.matrix import Account, Kind, LinkState, LinkStatus, MatrixError, Outbox, Wake

SETTLE_EVERY: Final = timedelta(hours=1)
SETTLE_AGAIN: Final = timedelta(minutes=1)
LOOK_ROUND: Final = timedelta(seconds=30)
"""How often new owners and forgotten invitations are looked for when nothing else wakes us."""
SETTLING_DOWN: Final = 0.2
"""Seconds in which several changes of rooms count as one."""

_log = logging.getLogger(__name__)


class Link(DoorLink, Protocol):
    """What is needed of the link; see `matrix.Link`."""

    @property
    def account(self) -> Account:
        """Engelbot's account."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Where answers go."""
        ...

    @property
    def status(self) -> LinkStatus:
        """How the link stands."""
        ...

    def subscribe(self, callback: Callable[[Wake], None]) -> Callable[[], None]:
        """Be told, on the link's thread, when something changed."""
        ...


def _utc() -> datetime:
    return datetime.now(UTC)


class Engelbot:
    """One Engelbot, run once, on one event loop; the link has its own thread and may be started before or after.

    `inviters` may invite it beside the owners, `deaf_to` are other bots. `patience` is after how many seconds of
    trouble an owner is told that it goes on, `longest_wait` the longest pause between two requests.
    """

    def __init__(
        self,
        link: Link,
        reading: Reading,
        toolbox: Toolbox,
        inbox: Inbox,
        *,
        limits: Limits | None = None,
        inviters: Collection[str] = (),
        deaf_to: Collection[str] = (),
        now: Callable[[], datetime] = _utc,
        patience: float = PATIENCE,
        longest_wait: float = 15.0,
    ) -> None:
        own = link.account.user_id
        self._link = link
        self._reading = reading
        self._toolbox = toolbox
        self._inbox = inbox
        self._now = now
        self._threads = Threads()
        self._doors = Doors(link, self._threads, own, inviters=inviters)
        self._hearing = Hearing(link.store, inbox, own, started=now(), deaf_to=deaf_to)
        self._asking = Asking(
            toolbox, limits=limits, on_delay=self._still_trying, now=now, patience=patience, longest_wait=longest_wait
        )
        self._serving = Serving(
            inbox,
            link.outbox,
            reading=reading,
            asking=self._asking,
            doors=self._doors,
            threads=self._threads,
            limits=limits or Limits(),
            now=now,
        )
        self._arrived = asyncio.Event()
        self._rooms_changed = asyncio.Event()
        self._hands: dict[str, asyncio.Task[None]] = {}

    @property
    def waiting(self) -> int:
        """How many commands have no answer yet."""
        return self._inbox.waiting()

    @property
    def toolbox_in_trouble(self) -> bool:
        """Whether the Toolbox's last word was none."""
        return self._asking.in_trouble

    async def run(self) -> None:
        """Work until cancelled. Ended at any point, it loses nothing; what was begun is finished by the next run."""
        loop = asyncio.get_running_loop()

        def woken(wake: Wake) -> None:
            loop.call_soon_threadsafe(self._woken, wake)

        end = self._link.subscribe(woken)
        self._inbox.prune(self._now())
        self._hearing.check_position()
        try:
            async with asyncio.TaskGroup() as group:
                for part in (self._listen, self._keep_doors, self._keep_time):
                    group.create_task(_steadily(part))
        finally:
            end()
            hands = list(self._hands.values())
            for hand in hands:
                hand.cancel()
            await asyncio.gather(*hands, return_exceptions=True)
            await self._reading.close()
            # A thread may wait for a file that this loop fetches, so the loop must go on meanwhile.
            await asyncio.to_thread(self._threads.close)

    def _woken(self, wake: Wake) -> None:
        if wake is Wake.EVENTS:
            self._arrived.set()
        if wake in {Wake.ROOMS, Wake.STATUS}:
            self._rooms_changed.set()

    async def _listen(self) -> None:
        await self._doors.look()
        await self._serving.send_decided()
        self._arrived.set()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._hearing.take_in():  # noqa: ASYNC110 (nothing is waited for: others get a turn between pages)
                await asyncio.sleep(0)
            for sender in self._inbox.senders():
                if sender not in self._hands:
                    self._lend_a_hand(sender)

    def _lend_a_hand(self, sender: str) -> None:
        def done(_: asyncio.Task[None]) -> None:
            self._hands.pop(sender, None)
            # A command may have come between the last look and the end of the task.
            self._arrived.set()

        hand = asyncio.create_task(self._serving.serve(sender))
        self._hands[sender] = hand
        hand.add_done_callback(done)

    def _still_trying(self, heard: Heard, why: str) -> None:
        """Tell the owner at the desk that nothing is lost; the answer itself comes when it is definite."""
        desk = self._doors.desk_of(heard.sender)
        if desk is not None:
            self._link.outbox.put(
                desk,
                wording.still_trying(heard.text, why),
                {"m.mentions": {}},
                kind=Kind.REPLY,
                msgtype="m.notice",
                txn_id=f"wait-{heard.event_id}",
            )

    async def _keep_doors(self) -> None:
        while True:
            self._rooms_changed.clear()
            if self._link.status.state is LinkState.ONLINE:
                await self._look_after_rooms()
            try:
                async with asyncio.timeout(LOOK_ROUND.total_seconds()):
                    await self._rooms_changed.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(SETTLING_DOWN)

    async def _look_after_rooms(self) -> None:
        found = await self._doors.look()
        snapshot = await self._reading.fresh() or self._reading.latest
        if snapshot is None:
            return
        try:
            await self._doors.make_desks(snapshot)
            await self._doors.answer_invitations(snapshot, found)
        except MatrixError as error:
            _log.warning("rooms could not be looked after: %s", error.message)

    async def _keep_time(self) -> None:
        while True:
            pause = SETTLE_EVERY
            try:
                result = await self._toolbox.settle()
            except NotYet as trouble:
                _log.warning("settling has to wait: %s", trouble.message)
                pause = SETTLE_AGAIN
            else:
                if result.get("ok") is not True:
                    _log.error("settling was refused: %s", result.get("error"))
            await asyncio.sleep(pause.total_seconds())


async def _steadily(part: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a part for ever; a fault of its own (a full disk, say) is logged and it goes on after a pause."""
    while True:
        try:
            await part()
        except Exception:  # noqa: BLE001 (whatever it was: it goes to the log, and Engelbot goes on)
            _log.exception("a part of Engelbot failed and is started again")
            await asyncio.sleep(2)
