"""A bot that answers every command at once, for tests of the link alone."""

from __future__ import annotations

from smartup_tui.matrix import Kind, Link, Wake


class EchoBot:
    """Answers each `!command` once, from what its link has stored. Call `close` before the link is stopped."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.seen: list[str] = []
        self._cursor = 0
        self._end = link.subscribe(self._woken)

    def close(self) -> None:
        """Stop answering."""
        self._end()

    def _woken(self, wake: Wake) -> None:
        if wake is not Wake.EVENTS:
            return
        for message in self.link.store.messages_after(self._cursor):
            self._cursor = message.seq
            if message.sender == self.link.account.user_id or not message.body.startswith("!"):
                continue
            self.seen.append(message.body)
            self.link.outbox.put(
                message.room_id,
                f"Done: {message.body}",
                {"org.smartup.result": {"ok": True, "command": message.body}},
                kind=Kind.REPLY,
                msgtype="m.notice",
                txn_id=f"re-{message.event_id}",
                in_reply_to=message.event_id,
            )
