"""One logged-in device of one user, and which homeserver addresses are safe to use."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from smartup_tui.matrix.errors import NotAMatrixServer

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Account:
    """One device of one user. The device id stays the same for the life of a profile: the homeserver tells repeated
    sends apart by user, device and transaction id."""

    homeserver: str
    user_id: str
    device_id: str
    access_token: str = field(repr=False)

    def __post_init__(self) -> None:
        checked_homeserver(self.homeserver)

    @property
    def server_name(self) -> str:
        """The part after the colon of the user id, as `via` of rooms and aliases."""
        return self.user_id.partition(":")[2]


def checked_homeserver(address: str) -> str:
    """The address without a trailing slash; refused unless https, or http on this very machine."""
    try:
        parts = urlsplit(address)
        usable = parts.port is None or parts.port > 0  # asking for it fails when it is no number of a port
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in address):
        raise NotAMatrixServer("The homeserver address is not a web address.")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotAMatrixServer("The homeserver address must begin with https:// and name a host.")
    if parts.username is not None or parts.query or parts.fragment:
        raise NotAMatrixServer("The homeserver address must hold no user name, query or fragment.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise NotAMatrixServer(
            "A homeserver on another machine must be reached over https.",
            hint=f"Use https://{parts.hostname} instead.",
        )
    return address.rstrip("/")
