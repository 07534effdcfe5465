"""The workspace's end of the syncing process.

Parsing a ledger in a thread of the terminal's own process would stall the keys (measured: 13 to 316 ms), so it is done
in a process of its own, started at the first request and kept for the next ones.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence

from smartup_tui.workspace import line_process, sync_messages
from smartup_tui.workspace.sync_messages import Failed, IssuesRead, Message, Progress, Proved, Request


class SyncWorker:
    """Starts the process, sends it requests, and passes on what it says.

    `on_message` is called on a thread of the worker's own. Requests that come while one is under way become one more.
    """

    def __init__(self, command: Sequence[str], on_message: Callable[[Message], None]) -> None:
        """`command` starts the process; nothing runs before the first request."""
        self._command = list(command)
        self._on_message = on_message
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._under_way: int | None = None
        self._asked_again = False
        self._stopped = False
        self._cancelled = False

    @property
    def busy(self) -> bool:
        """True while an answer is awaited."""
        with self._lock:
            return self._under_way is not None

    def request(self) -> None:
        """Ask for the newest state."""
        with self._lock:
            if self._stopped:
                return
            if self._under_way is not None:
                self._asked_again = True
                return
            self._send()

    def cancel(self) -> None:
        """Give up what is under way; a `Failed` of kind `stopped` tells when it has ended. Later requests go on."""
        with self._lock:
            if self._under_way is None or self._process is None:
                return
            self._cancelled = True
            self._asked_again = False
            self._process.kill()

    def stop(self) -> None:
        """End the process at once; the read model's transactions keep it whole."""
        with self._lock:
            self._stopped = True
            process, self._process = self._process, None
        if process is not None:
            line_process.put_away(process)

    def _send(self) -> None:
        """Send one request, starting the process when there is none. The lock is held."""
        self._number += 1
        self._under_way = self._number
        line = sync_messages.encode(Request(self._number)) + b"\n"
        for _ in range(2):
            self._process = self._process or line_process.start(self._command, self._read, "sync-messages")
            if line_process.told(self._process, line):
                return
            self._process = None

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Pass on each message; a process that ends without an answer is an answer too."""
        assert process.stdout is not None
        try:
            for line in process.stdout:
                message = sync_messages.decode_message(line)
                if not isinstance(message, Progress | Proved | IssuesRead):
                    self._settled()
                self._on_message(message)
        except ValueError:
            pass  # the pipe was closed under us, since the worker is stopping; or it says what nobody understands
        number, cancelled = self._ended(process)
        if number is None:
            return
        if cancelled:
            self._on_message(Failed(number, "stopped", "Reading was stopped; what you see is as before."))
            return
        text = "Reading the ledger ended unexpectedly; what you see is as before."
        self._on_message(Failed(number, "ended", text, "Press r to try again; `smartup doctor` looks deeper."))

    def _ended(self, process: subprocess.Popen[bytes]) -> tuple[int | None, bool]:
        """Put a process away; answers the request it leaves without an answer, and whether that was wanted."""
        with self._lock:
            if self._process is not process:
                return None, False  # stopped, or another one has its work
            self._process = None
            number, self._under_way = self._under_way, None
            cancelled, self._cancelled = self._cancelled, False
        line_process.put_away(process)
        return number, cancelled

    def _settled(self) -> None:
        with self._lock:
            self._under_way = None
            if self._asked_again and not self._stopped:
                self._asked_again = False
                self._send()
