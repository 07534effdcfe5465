"""A real Synapse on this machine, run from an environment of its own.

The server listens on 127.0.0.1 only, does not federate, and keeps all its data and secrets in one directory. Owners
have the server's default rate limits for messages; only what provisioning does in bulk is relaxed.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec
import yaml

from smartup_tui.config import write_private
from smartup_tui.matrix.account import Account

SERVER_NAME: Final = "smartup.test"
_ADMIN: Final = "lab-admin"
_FREE: Final = {"per_second": 1000, "burst_count": 1000}
_PROVISIONING_LIMITS: Final[dict[str, object]] = {
    "rc_registration": _FREE,
    "rc_login": {"address": _FREE, "account": _FREE, "failed_attempts": _FREE},
    "rc_joins": {"local": _FREE},
    "rc_joins_per_room": _FREE,
    "rc_invites": {"per_room": _FREE, "per_user": _FREE, "per_issuer": _FREE},
    "rc_room_creation": _FREE,
}
_LOG_CONFIG: Final[dict[str, object]] = {
    "version": 1,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "disable_existing_loggers": False,
}


class SynapseError(Exception):
    """The homeserver can not be run or set up as asked."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NameTakenError(SynapseError):
    """There is a user of this name already."""


@dataclass(slots=True)
class _Secrets:
    registration: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    macaroon: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    form: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    admin_password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    admin_token: str = field(default="", repr=False)


def find_python() -> Path | None:
    """The Python that has Synapse: `SYNAPSE_PYTHON`, else `.venv-synapse` in the working directory or beside the
    project; None if there is none."""
    named = os.environ.get("SYNAPSE_PYTHON")
    if named:
        return Path(named) if Path(named).is_file() else None
    for root in (Path.cwd(), Path(__file__).resolve().parents[2]):
        candidate = root / ".venv-synapse" / "bin" / "python"
        if candidate.is_file():
            return candidate
    return None


class Synapse:
    """One homeserver with its data in `directory`, listening on `port`.

    `extra` overrides settings of the configuration. A supervisor uses `write_config`, `command` and `healthy`; `start`
    and `stop` run it from here.
    """

    def __init__(
        self,
        directory: Path,
        port: int,
        *,
        server_name: str = SERVER_NAME,
        python: Path | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.port = port
        self.server_name = server_name
        self.url = f"http://127.0.0.1:{port}"
        self._python = python
        self._extra = dict(extra or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def config_path(self) -> Path:
        """The configuration file."""
        return self.directory / "homeserver.yaml"

    @property
    def log_path(self) -> Path:
        """Where `start` sends what the server says."""
        return self.directory / "synapse.log"

    def user_id(self, name: str) -> str:
        """The full id of a local user."""
        return f"@{name}:{self.server_name}"

    def write_config(self) -> Path:
        """Write the configuration and, once per directory, its secrets; all readable by the owner alone."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = self._secrets()
        log_config = self.directory / "log.yaml"
        write_private(log_config, yaml.safe_dump(_LOG_CONFIG, encoding="utf-8"))
        config: dict[str, object] = {
            "server_name": self.server_name,
            "public_baseurl": f"{self.url}/",
            "report_stats": False,
            "listeners": [
                {
                    "port": self.port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"], "compress": True}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self.directory / "homeserver.db")}},
            "log_config": str(log_config),
            "signing_key_path": str(self.directory / "signing.key"),
            "media_store_path": str(self.directory / "media"),
            "registration_shared_secret": kept.registration,
            "macaroon_secret_key": kept.macaroon,
            "form_secret": kept.form,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "presence": {"enabled": False},
            # Passwords of a lab are random and belong to nobody; hashing them at full cost would slow every start.
            "bcrypt_rounds": 4,
            **_PROVISIONING_LIMITS,
            **self._extra,
        }
        write_private(self.config_path, yaml.safe_dump(config, encoding="utf-8", sort_keys=False))
        return self.config_path

    def command(self) -> list[str]:
        """The command line that runs the server in the foreground; SIGTERM ends it. Run it in `directory`."""
        python = self._python or find_python()
        if python is None:
            raise SynapseError("There is no Python with Synapse.", "Run: make env — or name one in SYNAPSE_PYTHON.")
        return [str(python), "-m", "synapse.app.homeserver", "-c", str(self.config_path)]

    def healthy(self, timeout: float = 2.0) -> bool:
        """Whether the server answers."""
        try:
            return httpx.get(f"{self.url}/health", timeout=timeout, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def start(self, timeout: float = 180.0) -> None:
        """Run the server as a child and wait until it answers; a predecessor that was left behind is ended first."""
        self.end_predecessor()
        command = self.command()
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self._pid_path.write_text(f"{self._process.pid}\n")
        last = time.monotonic() + timeout
        while not self.healthy():
            if self._process.poll() is not None:
                tail = self.log_path.read_text(errors="replace")[-800:]
                raise SynapseError(f"Synapse ended at its start (code {self._process.returncode}).", tail)
            if time.monotonic() > last:
                self.stop()
                raise SynapseError(f"Synapse did not answer within {timeout:.0f} s.", f"See {self.log_path.name}.")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End a server that `start` has started; killed if it does not end within 15 s."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(how)
                try:
                    self._process.wait(15)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._process = None
        self._pid_path.unlink(missing_ok=True)

    def end_predecessor(self) -> None:
        """End a server that an earlier, killed program left running on this directory."""
        try:
            pid = int(self._pid_path.read_text())
        except (OSError, ValueError):
            return
        for how in (signal.SIGTERM, signal.SIGKILL):
            if not self._runs_here(pid):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)  # once: a second one would cut its clean end short
            last = time.monotonic() + 15
            while self._runs_here(pid) and time.monotonic() < last:
                time.sleep(0.1)
        self._pid_path.unlink(missing_ok=True)

    def register(self, name: str, password: str, *, admin: bool = False) -> Account:
        """Make a user with the shared secret; raises `NameTakenError`, or `SynapseError` if refused."""
        path = f"{self.url}/_synapse/admin/v1/register"
        nonce = _answer(httpx.get(path, timeout=30, trust_env=False))["nonce"]
        role = b"admin" if admin else b"notadmin"
        text = b"\0".join([nonce.encode(), name.encode(), password.encode(), role])
        mac = hmac.new(self._secrets().registration.encode(), text, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
        made = _answer(httpx.post(path, json=body, timeout=30, trust_env=False))
        return Account(self.url, made["user_id"], made["device_id"], made["access_token"])

    def set_rate_limit_override(self, user_id: str) -> None:
        """Free a user (Engelbot) from the message rate limit."""
        body = {"messages_per_second": 0, "burst_count": 0}
        _answer(httpx.post(self._override_path(user_id), json=body, **self._as_admin()))

    def remove_rate_limit_override(self, user_id: str) -> None:
        """Give a user the server's default rate limit again."""
        _answer(httpx.delete(self._override_path(user_id), **self._as_admin()))

    def has_rate_limit_override(self, user_id: str) -> bool:
        """Whether a user is free from the message rate limit."""
        answer = _answer(httpx.get(self._override_path(user_id), **self._as_admin()))
        return answer.get("messages_per_second") == 0

    def _override_path(self, user_id: str) -> str:
        return f"{self.url}/_synapse/admin/v1/users/{quote(user_id, safe='')}/override_ratelimit"

    def _as_admin(self) -> dict[str, Any]:
        return {"headers": self._admin_headers(), "timeout": 30, "trust_env": False}

    @property
    def _pid_path(self) -> Path:
        return self.directory / "synapse.pid"

    def _admin_headers(self) -> dict[str, str]:
        kept = self._secrets()
        if not kept.admin_token:
            try:
                kept.admin_token = self.register(_ADMIN, kept.admin_password, admin=True).access_token
            except NameTakenError:  # an earlier program was ended before it could keep the token
                kept.admin_token = self._log_in(_ADMIN, kept.admin_password)
            self._keep(kept)
        return {"Authorization": f"Bearer {kept.admin_token}"}

    def _log_in(self, name: str, password: str) -> str:
        identifier = {"type": "m.id.user", "user": name}
        body = {"type": "m.login.password", "identifier": identifier, "password": password, "device_id": "LAB"}
        path = f"{self.url}/_matrix/client/v3/login"
        return str(_answer(httpx.post(path, json=body, timeout=30, trust_env=False))["access_token"])

    def _secrets(self) -> _Secrets:
        path = self.directory / "secrets.json"
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=_Secrets)
        kept = _Secrets()
        self._keep(kept)
        return kept

    def _keep(self, kept: _Secrets) -> None:
        write_private(self.directory / "secrets.json", msgspec.json.encode(kept))

    def _runs_here(self, pid: int) -> bool:
        """Whether the process is a Synapse of this directory (its number may have been given to another since)."""
        if pid <= 1:
            return False
        words = _command_line(pid)
        return "synapse.app.homeserver" in words and str(self.config_path) in words


def _command_line(pid: int) -> str:
    """What a process was started as; empty if it is gone."""
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(  # noqa: S603 (a number and our own words)
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 (the system's own ps)
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.strip()


def _answer(response: httpx.Response) -> dict[str, Any]:
    try:
        decoded = response.json()
    except ValueError:
        decoded = None
    if response.status_code != 200 or not isinstance(decoded, dict):
        said = decoded.get("error") if isinstance(decoded, dict) else None
        taken = isinstance(decoded, dict) and decoded.get("errcode") == "M_USER_IN_USE"
        kind = NameTakenError if taken else SynapseError
        raise kind(f"The homeserver refused ({response.status_code}): {said or 'no reason given'}")
    return decoded
