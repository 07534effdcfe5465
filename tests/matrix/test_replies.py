"""Answers of the bot, as the others get them: nothing in them commands a terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartup_tui.matrix.messages import StoredMessage
from smartup_tui.matrix.outbox import Outbox
from smartup_tui.matrix.replies import Replies
from smartup_tui.matrix.store import Store
from smartup_tui.matrix.wire import RESULT_KEY

BOT, MARIA = "@engelbot:x", "@maria:x"
UGLY = "done \x1b]52;c;AAAA\x07 \x9b2J\u202e"


def test_an_answer_is_safe_to_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, outbox = Store(tmp_path / "matrix.db", MARIA), Outbox(tmp_path / "outbox.db")
    content: dict[str, object] = {RESULT_KEY: {"ok": True, UGLY: [UGLY, {"text": UGLY}]}}
    answer = StoredMessage(
        1, "$2", "!desk", BOT, "m.room.message", "m.notice", UGLY, content, 0, 0, datetime.now(UTC), catch_up=False
    )
    monkeypatch.setattr(store, "replies", lambda *_: [answer])
    row = outbox.put("!desk", "!wallet")
    assert outbox.sent(row, "$1")
    (reply,) = Replies(store, outbox, {BOT}).answers(row.id)
    assert reply.text == "done ␛]52;c;AAAA␇ \ufffd2J"
    assert reply.result is not None
    assert all(ugly not in json.dumps(reply.result, ensure_ascii=False) for ugly in ("\\u001b", "\x9b", "\u202e"))
    store.close()
    outbox.close()
