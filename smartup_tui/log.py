"""The log file: where tracebacks go. Private, small, without local variables and without secrets."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
from pathlib import Path

ROOT = "smartup"
_LIBRARIES = ("nio", "aiohttp", "asyncio", "peewee", "httpx", "httpcore")
_SECRET = re.compile(
    r"(?i)(\b(?:bearer|token)\s+)[\w.~+/=-]{16,}"
    r"|((?:access_token|password|secret)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,}]+"
    r"|\bsyt_\w+"
)


class _Scrubbed(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def scrub(text: str) -> str:
    """`text` with everything that looks like a token or password replaced."""
    return _SECRET.sub(lambda found: f"{found.group(1) or found.group(2) or ''}[secret]", text)


def open_log(file: Path, level: int = logging.INFO) -> logging.Logger:
    """Send our own log and the libraries' to `file` (mode 0600, two files of 1 MB), and nothing to the terminal."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600))
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    handler.setFormatter(_Scrubbed("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.raiseExceptions = False
    for name in (ROOT, *_LIBRARIES):
        logger = logging.getLogger(name)
        for old in logger.handlers[:]:
            logger.removeHandler(old)
            old.close()
        logger.addHandler(handler)
        logger.setLevel(level if name == ROOT else logging.WARNING)
        logger.propagate = False
    return logging.getLogger(ROOT)
