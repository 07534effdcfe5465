"""Changing one value of a policy file and nothing else: comments, order and the other lines stay as they are."""

from __future__ import annotations

import re
from typing import Any, Final

KEY: Final = re.compile(r"[A-Za-z0-9_]+(\[[0-9]{1,3}\])*(\.[A-Za-z0-9_]+(\[[0-9]{1,3}\])*)*\Z")
PART: Final = re.compile(r"[A-Za-z0-9_]+|\[[0-9]+\]")
"""A part of a dotted key: a name, or a place in a list such as `[2]`."""
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.,\[\] -]+\Z")
_LONGEST: Final = 200


class PolicyEditError(ValueError):
    """The value can not be set; the message says why, for people."""


def with_value(text: str, key: str, value: str) -> str:
    """The file with another value at a dotted key (`kudos.maximum`, `payout[2]`).

    A key that is missing is added at the end of its mapping. The value is a number, a word, true, false, or a list of
    such in brackets. Raises PolicyEditError.
    """
    import yaml  # noqa: PLC0415  the workspace's start does not need it

    if not KEY.match(key):
        raise PolicyEditError(f"“{key[:60]}” is no key")
    written = _written(value)
    try:
        node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise PolicyEditError("the file can not be read as it is now") from None
    parts = PART.findall(key)
    for at, part in enumerate(parts):
        child = _child(node, part)
        if child is None:
            if at == len(parts) - 1 and isinstance(node, yaml.MappingNode) and not part.startswith("["):
                return _added(text, node, part, written)
            raise PolicyEditError(f"there is no {key}")
        node = child
    if isinstance(node, yaml.MappingNode) or (isinstance(node, yaml.SequenceNode) and not node.flow_style):
        raise PolicyEditError(f"{key} has several values; name one of them")
    return text[: node.start_mark.index] + written + text[node.end_mark.index :]


def _child(node: Any, part: str) -> Any:
    """The value below a node at a name, or at a place such as `[2]`; None when there is none."""
    import yaml  # noqa: PLC0415

    if part.startswith("["):
        index = int(part[1:-1])
        return node.value[index] if isinstance(node, yaml.SequenceNode) and index < len(node.value) else None
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == part), None)


def _added(text: str, node: Any, name: str, written: str) -> str:
    """The file with a line more, behind the last one of a block of names with single values."""
    import yaml  # noqa: PLC0415

    if node.flow_style or not node.value:
        raise PolicyEditError(f"there is no {name}")
    last_name, last = node.value[-1]
    if isinstance(last, yaml.MappingNode) or (isinstance(last, yaml.SequenceNode) and not last.flow_style):
        raise PolicyEditError(f"there is no {name}")
    end = text.find("\n", last.end_mark.index)
    head, tail = (text, "") if end < 0 else (text[:end], text[end:])
    return f"{head}\n{' ' * last_name.start_mark.column}{name}: {written}{tail}"


def _written(value: str) -> str:
    """The value as the file has it. What is more than a value (a comment, further keys) is refused."""
    import yaml  # noqa: PLC0415

    if len(value) > _LONGEST:
        raise PolicyEditError("the value is too long")
    if not _PLAIN.match(value):
        raise PolicyEditError(
            f"“{value[:40]}” is no value: give a number, a word, true or false, or a list in brackets"
        )
    try:
        found = yaml.load(value, Loader=yaml.BaseLoader)  # noqa: S506  texts only, nothing is constructed
    except yaml.YAMLError:
        raise PolicyEditError(f"“{value[:40]}” is no value") from None
    return _rendered(found, value)


def _rendered(found: Any, value: str) -> str:
    if isinstance(found, list):
        return "[" + ", ".join(_rendered(item, value) for item in found) + "]"
    if isinstance(found, str) and (re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", found) or _WORD.match(found)):
        return found
    raise PolicyEditError(f"“{value[:40]}” is no value: give a number, a word, true or false, or a list in brackets")
