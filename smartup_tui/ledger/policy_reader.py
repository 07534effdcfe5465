"""Policy files to typed values, strictly: what is missing or of the wrong kind is named by its key."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

P = TypeVar("P")


class PolicyError(Exception):
    """A policy file that does not parse or lacks a key. `message` names both for people; `key` is dotted."""

    def __init__(self, file: str, key: str, message: str) -> None:
        """Say what is wrong in which file, at which key (empty for the whole file)."""
        place = f"{file}, {key}" if key else file
        super().__init__(f"{place}: {message}")
        self.file = file
        self.key = key
        self.message = message
        self.hint = f"Ask the leadership to put {file} right; commands that need it wait until then."


def read_policy(path: str, data: bytes, kind: type[P]) -> P:
    """The value that a policy file states. Raises PolicyError."""
    import yaml  # noqa: PLC0415  the workspace's start does not need it

    try:
        loaded = yaml.load(data.decode("utf-8"), Loader=_loader())  # noqa: S506  a SafeLoader with exact decimals
    except UnicodeDecodeError:
        raise PolicyError(path, "", "the file is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "the file"
        raise PolicyError(path, line, f"cannot be read ({error.problem})") from None
    except (yaml.YAMLError, ValueError, ArithmeticError):
        raise PolicyError(path, "", "the file cannot be read as YAML") from None
    result: P = _convert(path, "", kind, loaded)
    return result


@cache
def _loader() -> type[Any]:
    """A safe loader that reads numbers with a point as exact decimals and refuses a key that stands twice."""
    import yaml  # noqa: PLC0415

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, ten times faster, where it is built

    class Loader(base):  # type: ignore[misc] # one of the two
        pass

    def number(loader: Any, node: Any) -> Decimal:
        text = loader.construct_scalar(node).replace("_", "").lower()
        return Decimal("NaN") if text.endswith((".inf", ".nan")) else Decimal(text)

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | bool):
                raise yaml.constructor.ConstructorError(None, None, "a key is no word", key_node.start_mark)
            if key in found:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", key_node.start_mark)
            found[key] = loader.construct_object(value_node, deep=True)
        return found

    Loader.add_constructor("tag:yaml.org,2002:float", number)
    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    return Loader


def _convert(path: str, key: str, kind: Any, value: Any) -> Any:
    """One value as the declared kind: a dataclass, a mapping of names, a list, a number, a flag or a word."""
    origin = typing.get_origin(kind)
    if is_dataclass(kind):
        return _convert_fields(path, key, kind, value)
    if origin is Mapping:
        inner = typing.get_args(kind)[1]
        names = _expect(path, key, value, dict, "names with values")
        return {str(name): _convert(path, _dotted(key, str(name)), inner, v) for name, v in names.items()}
    if origin is tuple:
        return _convert_list(path, key, typing.get_args(kind), value)
    if kind is bool:
        return _expect(path, key, value, bool, "true or false")
    if kind is str:
        return _expect(path, key, value, str, "a word")
    if isinstance(value, bool) or not isinstance(value, int | Decimal if kind is Decimal else int):
        raise PolicyError(
            path, key, f"has {value!r:.40}; expected {'a number' if kind is Decimal else 'a whole number'}"
        )
    number = Decimal(value) if kind is Decimal else value
    if not Decimal(number).is_finite():
        raise PolicyError(path, key, "expected a finite number")
    return number


def _convert_fields(path: str, key: str, kind: Any, value: Any) -> Any:
    names = _expect(path, key, value, dict, "names with values")
    hints = typing.get_type_hints(kind)
    values = {}
    for field in fields(kind):
        if field.name not in names:
            raise PolicyError(path, _dotted(key, field.name), "the key is missing")
        values[field.name] = _convert(path, _dotted(key, field.name), hints[field.name], names[field.name])
    try:
        return kind(**values)
    except ValueError as error:
        raise PolicyError(path, key, str(error)) from None


def _convert_list(path: str, key: str, kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    items = _expect(path, key, value, list, "a list")
    if kinds[-1] is Ellipsis:
        return tuple(_convert(path, f"{key}[{i}]", kinds[0], item) for i, item in enumerate(items))
    if len(items) != len(kinds):
        raise PolicyError(path, key, f"has {len(items)} values; expected {len(kinds)}")
    return tuple(_convert(path, f"{key}[{i}]", k, v) for i, (k, v) in enumerate(zip(kinds, items, strict=True)))


def _expect(path: str, key: str, value: Any, kind: type[Any], expected: str) -> Any:
    if not isinstance(value, kind):
        raise PolicyError(path, key, f"has {value!r:.40}; expected {expected}")
    return value


def _dotted(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
