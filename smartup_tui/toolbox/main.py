"""The Toolbox as a process: settings from a file, the API on waitress, a clean end on SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from waitress.server import create_server
from waitress.wasyncore import close_all

from smartup_tui.log import open_service_log
from smartup_tui.service_settings import SettingsError
from smartup_tui.toolbox.api import BODY_LIMIT, create_app
from smartup_tui.toolbox.rate import Buckets
from smartup_tui.toolbox.service import Toolbox
from smartup_tui.toolbox.settings import ServerSettings, check_host, load

_CONNECTIONS = 1000
"""Connections at once; the server's own default of 100 would leave the next one waiting for minutes."""

_log = logging.getLogger(__name__)


class ApiServer:
    """The API of a Toolbox on a socket. `port` 0 takes a free one; see `port` for which. Ends the Toolbox with it."""

    def __init__(self, toolbox: Toolbox, settings: ServerSettings, token: str) -> None:
        """Take the socket; nothing is served yet. Raises OSError when the port is taken."""
        check_host(settings)
        self._toolbox = toolbox
        self._sockets: dict[int, Any] = {}
        self._server: Any = create_server(
            create_app(toolbox, token, Buckets(settings.burst, settings.per_second)),
            map=self._sockets,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,
            max_request_body_size=2 * BODY_LIMIT,
            clear_untrusted_proxy_headers=True,
        )
        self.port = int(self._server.effective_port)
        self._thread: threading.Thread | None = None
        self._closing = threading.Lock()

    def run(self) -> None:
        """Serve until `close`."""
        self._server.run()

    def start(self) -> Self:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self.run, name="toolbox-api", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Finish the commands that are being written, answer the others, then stop serving. Not on `run`'s thread."""
        if not self._closing.acquire(blocking=False):
            return
        self._toolbox.stop()
        # Every command has its result now: the threads send them off before they end.
        self._server.task_dispatcher.shutdown(cancel_pending=False, timeout=5)
        self._server.trigger.pull_trigger(partial(close_all, self._sockets, ignore_all=True))
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(config: Path) -> int:
    """Run the service of a settings file until SIGTERM or SIGINT. Returns the exit code; prints only what is wrong."""
    try:
        settings = load(config)
        open_service_log(settings.log_file)
        toolbox = Toolbox.from_settings(settings).start()
        server = ApiServer(toolbox, settings.server, settings.service_token())
    except SettingsError as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The Toolbox can not start: {error.strerror or error}.", file=sys.stderr)
        return 1

    def stop(_number: int, _frame: object) -> None:
        # Closing waits for the loop that this handler interrupts, so it needs a thread of its own.
        threading.Thread(target=server.close, name="toolbox-stop").start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    _log.info("serving on %s:%d", settings.server.host, server.port)
    server.run()
    _log.info("stopped")
    return 0
