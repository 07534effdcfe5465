"""What no source file may hold, whoever writes it: the rules that a type checker and a linter do not know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from smartup_tui.screens.today import MINUTE

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "smartup_tui"
MODULES = sorted(PACKAGE.rglob("*.py"))
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-synapse.lock"]

LONGEST_MODULE = 400
THEIR_PLACES = re.compile("/" + "(?:work|root|tmp)/")  # written apart, so that this file passes its own test
IDENTITY = re.compile(r"identity[-_ ]mapping|0_identity", re.IGNORECASE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {}
    for path in listed.split("\0"):
        try:
            texts[path] = (ROOT / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # a picture, or a file removed but not yet committed
    return texts


def calls(source: str, names: set[str]) -> list[int]:
    """The lines in which a method of one of these names is called."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def test_nothing_rings_or_pops_up() -> None:
    """Textual's toasts and bell are overridden in one place; a call anywhere else would be an interruption."""
    places = [PACKAGE / "screens", PACKAGE / "widgets", PACKAGE / "workspace", PACKAGE / "app.py"]
    shown = [module for module in MODULES if any(module.is_relative_to(place) for place in places)]
    shown.remove(PACKAGE / "screens" / "base.py")
    found = [f"{name(module)}:{line}" for module in shown for line in calls(module.read_text(), {"notify", "bell"})]
    assert found == []


def test_timers_follow_a_key_or_the_minute() -> None:
    """Nothing runs by itself in the loop that paints, but the clock of Today, once a minute (experience.md, Calm)."""
    shown = [m for m in MODULES if m.relative_to(PACKAGE).parts[0] in {"app.py", "screens", "widgets"}]
    assert [f"{name(m)}:{n}" for m in shown for n in calls(m.read_text(), {"set_interval"})] == []
    assert [f"{name(m)}:{n}" for m in shown for n in calls(m.read_text(), {"set_timer"})] == []  # widgets/waits.py
    waits = {
        (m.stem, ast.unparse(node.args[0]))
        for m in shown
        for node in ast.walk(ast.parse(m.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "after"
    }
    after_a_key = {("narrowing", "_PAUSE")}
    assert waits - after_a_key == {("today", "MINUTE * (1 - into)")}
    assert MINUTE == 60


def test_no_emoji_and_no_special_fonts() -> None:
    """What is drawn is in every font of a terminal, one cell wide."""
    drawn = re.compile("[\u0000-\u017f\u1e9e\u2010-\u203a\u2190-\u21ff\u2500-\u25fc\u2713\u2717\ufffd]*")
    places = ("app.py", "screens", "widgets", "workspace", "cli", "catalogue", "engelbot", "toolbox")
    shown = [m for m in MODULES if m.relative_to(PACKAGE).parts[0] in places]
    shown.remove(PACKAGE / "screens" / "ascii_signs.py")  # it translates what owners wrote too
    assert [name(m) for m in shown if not drawn.fullmatch(m.read_text())] == []


def test_nobody_is_asked_but_whom_the_owner_has_named() -> None:
    """No telemetry and no look for updates: few modules speak to a network, and no address is in the source."""
    network = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "websockets"}
    speaking = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            imported = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found = {full for full in imported if full.partition(".")[0] in network or full == "urllib.request"}
            if found - {"http"}:  # the names of status codes
                speaking.add(module.relative_to(PACKAGE).as_posix())
    assert {place for place in speaking if place.partition("/")[0] not in {"forge", "matrix", "lab"}} == {
        "cli/browser.py", "cli/serve.py", "engelbot/toolbox_client.py",
    }  # fmt: skip
    hosts = {host for m in MODULES for host in re.findall(r"https?://([\w.-]+\.[a-z]{2,})", m.read_text())}
    assert {host for host in hosts if not host.endswith("example.org")} == set()


def test_only_onboarding_knows_where_real_names_are() -> None:
    found = [
        name(path)
        for path in PACKAGE.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not path.is_relative_to(PACKAGE / "onboarding")
        and IDENTITY.search(path.read_text(errors="replace"))
    ]
    assert found == []


def test_modules_stay_small() -> None:
    sizes = {name(module): len(module.read_text().splitlines()) for module in MODULES}
    assert {module: lines for module, lines in sizes.items() if lines > LONGEST_MODULE} == {}


def test_every_package_says_what_lives_in_it() -> None:
    packages = {module.parent for module in MODULES if module.parent.name != "__pycache__"}
    silent = [
        name(package)
        for package in packages
        if not (package / "__init__.py").exists()
        or not ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    ]
    assert silent == []


def test_no_path_of_one_machine() -> None:
    found = [path for path, text in tracked_texts().items() if THEIR_PLACES.search(text)]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS, ids=name)
def test_lock_files_name_no_host_and_hash_everything(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "make lock" in text.splitlines()[1]
    entries = re.findall(r"^(?P<pin>[^\s#-]\S*).*(?P<rest>(?:\n +.*)*)", text, re.MULTILINE)
    assert len(entries) > 40
    assert [pin for pin, rest in entries if "==" not in pin or "--hash=sha256:" not in rest] == []


def requirements(*groups: str) -> list[Requirement]:
    """What `pyproject.toml` asks for: the base and these extras (`build` is the group that installs the project)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = {**project["project"]["optional-dependencies"], **project["dependency-groups"]}
    asked = [*project["project"]["dependencies"], *(text for group in groups for text in extras[group])]
    return [Requirement(text) for text in asked if not text.startswith("smartup-tui")]


def outside_imports(folder: Path) -> dict[str, str]:
    """Top-level package -> one file that imports it, for everything that is neither ours nor Python's own."""
    found: dict[str, str] = {}
    for module in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [node.module or ""]
            else:
                continue
            found |= {full.partition(".")[0]: name(module) for full in imported}
    ours = {"smartup_tui", "tests", "benchmarks", "_typeshed"}
    return {package: file for package, file in found.items() if package not in ours | sys.stdlib_module_names}


@pytest.mark.parametrize(
    ("folder", "groups"),
    [("smartup_tui", ("lab", "site", "browser")), ("tests", ("lab", "site", "test")), ("benchmarks", ("lab", "test"))],
)
def test_what_is_imported_is_asked_for(folder: str, groups: tuple[str, ...]) -> None:
    """A library that only happens to be installed with another one may be gone with that one's next version."""
    asked = {canonicalize_name(wanted.name) for wanted in requirements(*groups)}
    distributions = packages_distributions()
    missing = {
        f"{package} ({file})"
        for package, file in outside_imports(ROOT / folder).items()
        if asked.isdisjoint(canonicalize_name(each) for each in distributions.get(package, [package]))
    }
    assert missing == set()


def test_lock_file_holds_what_the_project_asks_for() -> None:
    """A dependency that was added or raised without `make lock` would be missing in a fresh clone."""
    pins: dict[str, set[str]] = {}
    for pin, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==(\S+)", LOCKS[0].read_text(), re.MULTILINE):
        pins.setdefault(canonicalize_name(pin), set()).add(version)
    missing = [
        str(wanted)
        for wanted in requirements("lab", "site", "browser", "test", "build")
        if not any(wanted.specifier.contains(v, prereleases=True) for v in pins.get(canonicalize_name(wanted.name), ()))
    ]
    assert missing == []
