"""Where measurements of the reading side take place: a forge as a process of its own, and an owner's home beside it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._large import Size, write
from smartup_tui.config import Home, Profile, write_profile
from smartup_tui.forge.embedded.store import ForgeStore
from smartup_tui.forge.models import RepoRef
from smartup_tui.ledger.index import schema
from smartup_tui.ledger.index.store import Index
from smartup_tui.secrets import FileStore
from smartup_tui.workspace.places import FORGE_TOKEN, MATRIX_TOKEN, Places

REPO = RepoRef("Smartup_Zero", "2_workplace")
PROFILE = "smartup"


@dataclass(frozen=True, slots=True)
class Served:
    """A running forge: its address, a token that may read and write, and the served repository on disk."""

    address: str
    token: str
    repository: Path


@dataclass(frozen=True, slots=True)
class Run:
    """What a process cost: seconds from start to end, the most memory it held (MB), and what it printed."""

    seconds: float
    memory: float
    output: str


def large_repository(size: Size) -> Path:
    """The large organisation, made once and kept in the system's folder for temporary files."""
    name = f"large-{size.tasks}-{size.owners}-{size.pages}-{size.years}-{size.seed}"
    return write(Path(tempfile.gettempdir()) / "smartup-benchmarks" / name, size)


def large_read_model(size: Size) -> Path:
    """The read model of the large organisation, built once and kept beside its repository."""
    repository = large_repository(size)
    file = repository.with_name(f"organisation-{schema.VERSION}.db")
    if not file.exists():
        unfinished = file.with_name(f"unfinished-{os.getpid()}.db")
        # In a process of its own: what it takes in memory goes with it.
        code = (
            "import sys; from pathlib import Path; from benchmarks.index import build; build(*map(Path, sys.argv[1:]))"
        )
        run([sys.executable, "-c", code, str(repository), str(unfinished)])
        unfinished.rename(file)
    return file


def large_home(folder: Path, size: Size, place: Served | None = None) -> Home:
    """An owner's home with the large organisation read already. Without a served forge nothing answers."""
    home = new_home(folder, place or Served("http://127.0.0.1:9", "none", folder))
    file = Places.of(home, PROFILE).index
    file.parent.mkdir(parents=True)
    shutil.copyfile(large_read_model(size), file)
    with Index(file, writable=True) as index:
        as_of = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        index.connection.execute("INSERT OR REPLACE INTO meta VALUES('as_of', ?)", (as_of,))
    return home


@contextmanager
def served(repository: Path, folder: Path) -> Iterator[Served]:
    """Serve a copy of a bare repository by the embedded forge, in a process of its own, from `folder`."""
    store = ForgeStore(folder)
    store.create_user("toolbox", admin=True)
    store.create_organization(REPO.owner, owners=["toolbox"])
    store.create_repository(REPO)
    token = store.create_token("toolbox", "measuring")
    place = store.repository_path(REPO)
    store.close()
    shutil.rmtree(place)
    shutil.copytree(repository, place)
    command = [sys.executable, "-m", "smartup_tui.forge.embedded", "--root", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready, _, address = process.stdout.readline().strip().partition(" ")
            assert ready == "ready", "the forge did not start"
            yield Served(address, token, place)
        finally:
            process.send_signal(signal.SIGTERM)


def new_home(folder: Path, place: Served) -> Home:
    """An owner's home that reads from a served forge; nothing is read yet."""
    home = Home.find(folder)
    home.config_file.parent.mkdir(parents=True)
    home.config_file.write_text('secrets = "file"\n')
    profile = Profile(
        organisation="Smartup Zero",
        homeserver="http://127.0.0.1:9",
        user_id="@maria:smartup.test",
        device_id="BENCH",
        alias="maria",
        forge_url=place.address,
        forge_owner=REPO.owner,
        ledger_repo=REPO.name,
        engelbot=("@engelbot:smartup.test",),
    )
    write_profile(home, PROFILE, profile, default=True)
    secrets = FileStore(home.config / "secrets")
    secrets.set(PROFILE, FORGE_TOKEN, place.token)
    secrets.set(PROFILE, MATRIX_TOKEN, "none")  # so that the link runs, and its memory is counted
    return home


def run(command: Sequence[str]) -> Run:
    """Run a command to its end and tell what it cost. Raises when it fails."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {text[-2000:]}")
    return Run(seconds, _megabytes(used), text)


def smartup(home: Path, *arguments: str) -> Run:
    """Run `smartup` on a home."""
    return run([sys.executable, "-m", "smartup_tui.cli", "--home", str(home), *arguments])


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 1024 if sys.platform != "darwin" else used.ru_maxrss / 1024**2
