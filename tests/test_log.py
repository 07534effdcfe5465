from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from smartup_tui.log import open_log, scrub


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Authorization: Bearer abcdef0123456789abcdef", "Authorization: Bearer [secret]"),
        ("Authorization: token 0123456789abcdef0123", "Authorization: token [secret]"),
        ("GET /sync?access_token=s3cret&since=1", "GET /sync?access_token=[secret]&since=1"),
        ('{"password": "hunter2", "user": "maria"}', '{"password": "[secret]", "user": "maria"}'),
        ("device syt_bWFyaWE_abc_123 logged in", "device [secret] logged in"),
        ("token = next(tokens)", "token = next(tokens)"),
    ],
)
def test_tokens_and_passwords_are_not_written(said: str, kept: str) -> None:
    assert scrub(said) == kept


def test_the_log_is_private_and_takes_the_libraries_with_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "state" / "smartup.log"
    open_log(file)
    try:
        logging.getLogger("nio.client").warning("a library says access_token=%s", "s3cret")
        text = file.read_text(encoding="utf-8")
    finally:
        close()
    assert "a library says access_token=[secret]" in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert capfd.readouterr().err == ""


def close() -> None:
    """Take the log from its loggers again, so that other tests find them as they were."""
    for name in ("smartup", "nio", "aiohttp", "asyncio", "peewee", "httpx", "httpcore"):
        logger = logging.getLogger(name)
        for handler in logger.handlers[:]:
            logger.removeHandler(handler)
            handler.close()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    logging.raiseExceptions = True
