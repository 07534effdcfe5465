"""Walking commits: newest first, without what another commit reaches, with the files each one touched."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator

from smartup_tui.forge.embedded.objects import Entry, GitRepository


def walk(git: GitRepository, start: str, exclude: str | None = None) -> Iterator[str]:
    """Commits reachable from ``start`` and not from ``exclude``, the newest first."""
    hidden = set[str]() if exclude is None else _closure(git, exclude, until=start)
    if start in hidden:
        return
    queue = [(-git.commit(start).time, 0, start)]
    seen = {start}
    while queue:
        _, _, sha = heapq.heappop(queue)
        yield sha
        for parent in git.commit(sha).parents:
            if parent not in seen and parent not in hidden:
                seen.add(parent)
                heapq.heappush(queue, (-git.commit(parent).time, len(seen), parent))


def _closure(git: GitRepository, start: str, until: str) -> set[str]:
    """Everything reachable from ``start``; stops early at ``until``, since then nothing of it is left to list."""
    seen = {start}
    queue = deque([start])
    while queue and until not in seen:
        for parent in git.commit(queue.popleft()).parents:
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return seen


def touching(git: GitRepository, commits: Iterator[str], path: str) -> Iterator[str]:
    """Of ``commits`` those in which the entry at ``path`` differs from every parent's."""
    for sha in commits:
        facts = git.commit(sha)
        here = git.find(facts.tree, path)
        there = [git.find(git.commit(parent).tree, path) for parent in facts.parents] or [None]
        if all(other != here for other in there):
            yield sha


def last_touching(git: GitRepository, commit: str, path: str) -> str:
    """The newest commit that touched a path."""
    return next(touching(git, walk(git, commit), path), commit)


def changed_files(git: GitRepository, commit: str) -> list[tuple[str, str]]:
    """(path, ``added`` | ``modified`` | ``removed``) against the first parent, sorted by path."""
    facts = git.commit(commit)
    parent = git.commit(facts.parents[0]).tree if facts.parents else None
    return sorted(_compare(git, parent, facts.tree, ""))


def _compare(git: GitRepository, old: str | None, new: str | None, prefix: str) -> Iterator[tuple[str, str]]:
    if old == new:
        return
    before = {} if old is None else {entry.name: entry for entry in git.tree(old)}
    after = {} if new is None else {entry.name: entry for entry in git.tree(new)}
    for name in before.keys() | after.keys():
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        path = prefix + name
        yield from _compare(git, _folder(was), _folder(now), path + "/")
        was_file, now_file = _file(was), _file(now)
        if was_file != now_file:
            yield path, "added" if was_file is None else "removed" if now_file is None else "modified"


def _folder(entry: Entry | None) -> str | None:
    return entry.sha if entry is not None and entry.is_folder else None


def _file(entry: Entry | None) -> Entry | None:
    return entry if entry is not None and not entry.is_folder else None
