"""The embedded forge on waitress: one process, several threads, loopback unless told otherwise."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from filelock import FileLock
from waitress.server import create_server
from waitress.wasyncore import close_all

from smartup_tui.forge.embedded.app import create_app
from smartup_tui.forge.embedded.faults import Faults
from smartup_tui.forge.embedded.problems import Mode
from smartup_tui.forge.embedded.store import ForgeStore

_THREADS = 6
_CONNECTIONS = 1000
"""Connections at once; the server's own default of 100 would leave the next one waiting for minutes."""
_MAX_BODY = 256 * 1024 * 1024


class ForgeServer:
    """A running forge. ``host`` is an IP address, ``port`` 0 takes a free one. Use as a context manager.

    The folder is taken exclusively, so that a second server on the same data fails at once (``filelock.Timeout``),
    and what a killed predecessor left is removed first.
    """

    def __init__(
        self,
        root: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        mode: Mode = "v15",
        faults: Faults | None = None,
        fault_endpoint: bool = False,
    ) -> None:
        ip_address(host)
        self.store = ForgeStore(root)
        self._owner = FileLock(root / "serving.lock", timeout=0, mode=0o600)
        self._owner.acquire()
        self.store.recover()
        app = create_app(root, store=self.store, mode=mode, faults=faults, fault_endpoint=fault_endpoint)
        self._closed = False
        self._sockets: dict[int, Any] = {}
        try:
            self._server: Any = create_server(
                app,
                map=self._sockets,
                host=host,
                port=port,
                threads=_THREADS,
                ident=None,
                connection_limit=_CONNECTIONS,
                asyncore_use_poll=True,
                max_request_body_size=_MAX_BODY,
                clear_untrusted_proxy_headers=True,
            )
        except BaseException:
            self._owner.release()
            raise
        self._host = host
        self.port: int = int(self._server.effective_port)
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """The base address for a client."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def run(self) -> None:
        """Serve until ``close``."""
        self._server.run()

    def start(self) -> Self:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self.run, name="embedded-forge", daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving; requests under way are finished first, for a few seconds."""
        if self._closed:
            return
        self._closed = True
        self._server.task_dispatcher.shutdown()
        if self._thread is not None:
            # Sockets belong to the serving thread: it closes them itself and ends when none is left.
            # A request that just ended may have woken it already: then it has closed what wakes it, too.
            with suppress(OSError):
                self._server.trigger.pull_trigger(partial(close_all, self._sockets, ignore_all=True))
            self._thread.join()
        else:
            close_all(self._sockets, ignore_all=True)
        self.store.close()
        self._owner.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(
    root: Path, host: str = "127.0.0.1", port: int = 0, *, mode: Mode = "v15", fault_endpoint: bool = False
) -> None:
    """Serve until SIGTERM or SIGINT. Prints ``ready <address>`` when connections are accepted."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server = ForgeServer(root, host=host, port=port, mode=mode, fault_endpoint=fault_endpoint)
    try:
        print(f"ready {server.address}", flush=True)
        server.run()
    finally:
        server.close()
