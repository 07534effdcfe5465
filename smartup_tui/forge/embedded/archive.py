"""A commit's files as `.tar.gz`, in the form of `git archive`: everything under one folder of the repository's name."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator

from flask import Blueprint, Response

from smartup_tui.forge.embedded.context import Forge
from smartup_tui.forge.embedded.objects import Entry, GitRepository
from smartup_tui.forge.embedded.problems import ApiError, not_found

_FAST = 1
_GZIP = 31
_SYMLINK = 0o120000
_SUBMODULE = 0o160000


def archive_routes(forge: Forge) -> Blueprint:
    """GET /archive/{ref}.tar.gz; of the server's other formats none is here."""
    routes = Blueprint("archive", __name__)

    @routes.get("/repos/<owner>/<name>/archive/<path:file>")
    def archive(owner: str, name: str, file: str) -> Response:
        _, record, git = forge.repository(owner, name)
        ref = file.removesuffix(".tar.gz")
        if ref == file:
            raise ApiError(400, "unknown archive format")
        commit = git.resolve(ref)
        if commit is None:
            raise not_found()
        headers = {"Content-Disposition": f'attachment; filename="{record.name}-{commit}.tar.gz"'}
        packed = _gzip(_tar(git, commit, f"{record.name.lower()}/"))
        return Response(packed, headers=headers, content_type="application/gzip")

    return routes


def _tar(git: GitRepository, commit: str, prefix: str) -> Iterator[bytes]:
    facts = git.commit(commit)
    for path, entry in git.listing(facts.tree, recursive=True):
        yield from _member(git, prefix + path, entry, facts.time)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _member(git: GitRepository, path: str, entry: Entry, at: int) -> Iterator[bytes]:
    if entry.mode == _SUBMODULE:
        return
    member = tarfile.TarInfo(path)
    member.mtime, member.mode = at, 0o664
    data = b""
    if entry.is_folder:
        member.type, member.mode = tarfile.DIRTYPE, 0o775
    else:
        data = git.blob(entry.sha) or b""
        if entry.mode == _SYMLINK:
            member.type, member.linkname, data = tarfile.SYMTYPE, data.decode("utf-8", "surrogateescape"), b""
        member.size = len(data)
    yield member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    yield data
    yield bytes(-len(data) % tarfile.BLOCKSIZE)


def _gzip(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts compressed, in pieces of some size: a piece is a write to the network."""
    deflate = zlib.compressobj(_FAST, wbits=_GZIP)
    out = io.BytesIO()
    for part in parts:
        out.write(deflate.compress(part))
        if out.tell() > 1 << 16:
            yield out.getvalue()
            out = io.BytesIO()
    yield out.getvalue() + deflate.flush()
