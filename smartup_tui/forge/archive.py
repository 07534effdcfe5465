"""Reading a `.tar.gz` as it comes in, piece by piece: only what its files hold, since their git ids say what they are.

A server may put a folder in front of the names, and other programs write other headers; neither matters here.

Not `tarfile`, which asks for bytes where here the network brings them: it would need a thread that waits for each piece
and is ended with the download, a bound of its own around the headers that it reads whole, and three times the time.
"""

from __future__ import annotations

import zlib
from typing import Final

from smartup_tui.forge.errors import Malformed

_BLOCK: Final = 512
_PIECE: Final = 1 << 20
_GZIP: Final = 31
_FILE: Final = frozenset(b"0\0")
_EMPTY: Final = bytes(_BLOCK)


class Unpacker:
    """Takes the bytes of an archive in order; answers the files that are whole by then."""

    def __init__(self, most: int) -> None:
        """`most`: so many bytes the archive may have when it is unpacked; a larger one is refused."""
        self._inflate = zlib.decompressobj(_GZIP)
        self._left = most
        self._held = bytearray()
        self._size = 0
        self._is_file = False
        self._inside = False
        self.finished = False
        """Whether the archive's end was seen."""

    def feed(self, data: bytes) -> list[bytes]:
        """The files that end in these bytes. Raises `Malformed` where they are no archive."""
        found: list[bytes] = []
        while data and not self.finished:
            try:
                piece = self._inflate.decompress(data, _PIECE)
            except zlib.error as error:
                raise Malformed(detail="the archive is no gzip") from error
            data = self._inflate.unconsumed_tail
            self._left -= len(piece)
            if self._left < 0:
                raise Malformed(detail="the archive is larger than what it should hold")
            self._held += piece
            found += self._files()
            if self._inflate.eof and not self.finished:
                raise Malformed(detail="the archive ends too early")
        return found

    def _files(self) -> list[bytes]:
        found: list[bytes] = []
        at, held = 0, self._held
        while not self.finished:
            if not self._inside:
                if len(held) - at < _BLOCK:
                    break
                self._head(bytes(held[at : at + _BLOCK]))
                at += _BLOCK
            else:
                padded = -(-self._size // _BLOCK) * _BLOCK
                if len(held) - at < padded:
                    break
                if self._is_file:
                    found.append(bytes(held[at : at + self._size]))
                at += padded
                self._inside = False
        del held[:at]
        return found

    def _head(self, block: bytes) -> None:
        if block == _EMPTY:
            self.finished = True
            return
        try:
            stated = int(block[148:156].rstrip(b" \0"), 8)
            self._size = int(block[124:136].rstrip(b" \0") or b"0", 8)
        except ValueError as error:
            raise Malformed(detail="the archive is no tar") from error
        if stated != sum(block) - sum(block[148:156]) + 8 * 32:
            raise Malformed(detail="the archive is no tar")
        self._is_file = block[156] in _FILE
        self._inside = True


__all__ = ["Unpacker"]
