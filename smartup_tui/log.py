"""The log files: where tracebacks go. Private, small, without local variables and without secrets."""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
from io import TextIOWrapper
from pathlib import Path

ROOT = "smartup"
_LIBRARIES = ("aiohttp", "asyncio", "httpx", "httpcore")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
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
    handler = _private(file, size=1_000_000, kept=1)
    handler.setFormatter(_Scrubbed(_FORMAT))
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


def open_service_log(file: Path | None) -> None:
    """Send all that a service says to `file` (mode 0600, four files of 5 MB), or to standard error where there is none;
    of the libraries what they warn of.
    """
    handler = logging.StreamHandler() if file is None else _private(file, size=5_000_000, kept=3)
    handler.setFormatter(_Scrubbed(_FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits a moment


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Each file is made readable by its owner alone, also those of later."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600))
        return super()._open()


def _private(file: Path, *, size: int, kept: int) -> logging.Handler:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _PrivateFile(file, maxBytes=size, backupCount=kept, encoding="utf-8")
