from __future__ import annotations

import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from smartup_tui import log
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
        logging.getLogger("httpx.client").warning("a library says access_token=%s", "s3cret")
        text = file.read_text(encoding="utf-8")
    finally:
        close()
    assert "a library says access_token=[secret]" in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert capfd.readouterr().err == ""


def test_the_files_that_follow_a_full_one_are_private_too(tmp_path: Path) -> None:
    handler = log._private(tmp_path / "logs" / "toolbox.log", size=100, kept=1)
    for number in range(4):
        handler.handle(logging.makeLogRecord({"msg": f"{number} " + "x" * 60}))
    handler.close()
    found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "logs").iterdir()}
    assert found == {"toolbox.log": 0o600, "toolbox.log.1": 0o600}


@pytest.mark.parametrize("where", ["logs/toolbox.log", ""])
def test_a_service_logs_to_its_file_or_to_standard_error_and_no_token(tmp_path: Path, where: str) -> None:
    program = (
        "import logging, sys; from pathlib import Path; from smartup_tui.log import open_service_log;"
        "open_service_log(Path(sys.argv[1]) if sys.argv[1] else None);"
        "logging.getLogger('smartup_tui.toolbox').info('asked with access_token=s3cret');"
        "logging.getLogger('httpx').info('beside the point')"
    )
    file = tmp_path / where if where else None
    ended = subprocess.run(
        [sys.executable, "-c", program, str(file or "")], capture_output=True, text=True, check=True, timeout=60
    )
    said = file.read_text(encoding="utf-8") if file is not None else ended.stderr
    assert said.endswith("INFO smartup_tui.toolbox: asked with access_token=[secret]\n")
    assert said.count("\n") == 1
    assert not (file and ended.stderr)


def close() -> None:
    """Take the log from its loggers again, so that other tests find them as they were."""
    for name in ("smartup", "aiohttp", "asyncio", "httpx", "httpcore"):
        logger = logging.getLogger(name)
        for handler in logger.handlers[:]:
            logger.removeHandler(handler)
            handler.close()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    logging.raiseExceptions = True
