"""The workspace in a browser: textual-serve, kept to this machine, behind one key, without anything from elsewhere."""

from __future__ import annotations

import hmac
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web
from textual_serve.server import Server

_COOKIE: Final = "smartup-session"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Smartup</title>
    <link rel="stylesheet" href="/static/css/xterm.css">
    <style>
      @font-face {{ font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf"); }}
      body {{ background: #16130f; color: #ece6da; font-family: "Roboto Mono", monospace; margin: 0; }}
      .closed {{ display: none; padding: 2em; }}
      body.-closed .closed {{ display: block; }}
      body.-closed #terminal {{ display: none; }}
      #start {{ display: none; }}
    </style>
    <script src="/static/js/textual.js"></script>
    <script src="/focus.js" defer></script>
  </head>
  <body>
    <p class="closed">The workspace is closed. Load this page again to open it.</p>
    <button id="start" type="button">Start</button>
    <div id="terminal" class="textual-terminal" data-session-websocket-url="{socket}/ws" data-font-size="{size}"></div>
  </body>
</html>
"""

_FOCUS: Final = """\
// The terminal takes the keys as soon as it is there: nobody has to click first.
new MutationObserver((_, watch) => {
  const line = document.querySelector("#terminal textarea");
  if (line) {
    watch.disconnect();
    line.focus();
  }
}).observe(document.body, {childList: true, subtree: true});
"""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BrowserServer(Server):
    """Serves one command to whoever has the key, which is made anew for every start."""

    def __init__(self, command: str, listener: socket.socket, hosts: tuple[str, ...], scheme: str = "http") -> None:
        """Listen on `listener`; `hosts` are the names by which a browser may call it, `scheme` is how: `https` where a
        proxy stands before it.
        """
        self._listener = listener
        self._key = secrets.token_urlsafe(24)
        self._hosts = hosts
        self._scheme = scheme
        host, port = listener.getsockname()[:2]
        super().__init__(command, host=host, port=port, title="Smartup", public_url=f"{scheme}://{hosts[0]}")

    @property
    def address(self) -> str:
        """The address to open, with the key."""
        return f"{self.public_url}/?key={self._key}"

    def initialize_logging(self) -> None:
        """Nothing is printed: the terminal stays quiet."""

    async def on_startup(self, app: web.Application) -> None:
        """Nothing is printed."""

    def run(self) -> None:
        """Serve until Ctrl+C."""
        web.run_app(self._make_app(), sock=self._listener, print=_quiet, access_log=None, shutdown_timeout=2.0)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard)
        app.router.add_get("/focus.js", _focus)
        return app

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page: ours, since that of the library asks another company for its letters."""
        text = request.query.get("fontsize", "16")
        size = min(max(int(text), 8), 40) if text.isascii() and text.isdigit() else 16
        page = _PAGE.format(socket=self._socket(request), size=size)
        return web.Response(text=page, content_type="text/html")

    def _socket(self, request: web.Request) -> str:
        """The address of the page's connection: the name by which the page itself was called."""
        return f"{'wss' if self._scheme == 'https' else 'ws'}://{request.host}"

    @property
    def _guard(self) -> Any:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.host not in self._hosts:
                raise web.HTTPForbidden(text="This address is not served.\n")
            origin = request.headers.get("Origin")
            if origin is not None and origin != f"{self._scheme}://{request.host}":
                raise web.HTTPForbidden(text="Another page may not use the workspace.\n")
            given = request.query.get("key", "") if request.path == "/" else ""
            if given and self._is_key(given):
                # The key goes out of the address, and so out of the history and of what is looked over a shoulder.
                moved = web.HTTPSeeOther("/")
                secure = self._scheme == "https"
                moved.set_cookie(_COOKIE, self._key, httponly=True, samesite="Strict", path="/", secure=secure)
                raise moved
            if not self._is_key(request.cookies.get(_COOKIE, "")):
                raise web.HTTPForbidden(text="Open the address that `smartup serve` has printed.\n")
            response = await handler(request)
            if not response.prepared:
                response.headers["Content-Security-Policy"] = _POLICY.format(socket=self._socket(request))
                response.headers["Referrer-Policy"] = "no-referrer"
                response.headers["X-Content-Type-Options"] = "nosniff"
                response.headers["Cache-Control"] = "no-store"
            return response

        return guard

    def _is_key(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._key.encode())


async def _focus(_request: web.Request) -> web.Response:
    return web.Response(text=_FOCUS, content_type="text/javascript")


def _quiet(*_: object) -> None:
    """Nothing is printed."""
