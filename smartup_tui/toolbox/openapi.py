"""The API of the Toolbox as an OpenAPI description, made of the catalogue (`make reference` writes it into `docs/`).

Source: commands.md, From room to ledger.
"""

from __future__ import annotations

from typing import Any, Final

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.model import Argument, Command, Kind, Surface
from smartup_tui.catalogue.reference import TIERS, value_of
from smartup_tui.toolbox.api import BODY_LIMIT
from smartup_tui.toolbox.effects import SETTLE

VERSION: Final = "3.1.0"

_OWN_FIELDS: Final[dict[str, Any]] = {
    "actor": {"type": "string", "minLength": 1, "maxLength": 100, "description": "The alias of who gives the command."},
    "request_id": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "description": "The id of the Matrix event that carried the command, or a UUID of version 7. "
        "The same id never takes effect twice.",
    },
    "age_ms": {
        "type": "integer",
        "minimum": 0,
        "description": "How long ago the owner gave the command, in milliseconds, as the homeserver says.",
    },
}

_RESPONSES: Final = {
    "200": ("Result", "Answered, or it has taken effect."),
    "400": ("Refused", "The command is malformed; nothing was written."),
    "401": ("Refused", "The service token is missing or wrong."),
    "403": ("Refused", "Somebody else may do this; nothing was written."),
    "404": ("Refused", "What it names does not exist; nothing was written."),
    "409": ("Refused", "The state of the work does not allow it; nothing was written."),
    "413": ("Refused", f"The body has more than {BODY_LIMIT} bytes."),
    "422": ("Refused", "A rule of the economy says no; nothing was written."),
    "500": ("Refused", "A fault of the Toolbox; nothing was written."),
    "503": ("Refused", "Not now, or the outcome is not known yet: ask again with the same request id."),
}

_ID: Final = {
    "type": "object",
    "required": ["type", "id"],
    "properties": {"type": {"type": "string"}, "id": {"type": "string"}},
}

_SCHEMAS: Final[dict[str, Any]] = {
    "Result": {
        "type": "object",
        "required": ["ok", "command", "actor", "request_id", "entity", "message", "data", "events", "commits"],
        "properties": {
            "ok": {"const": True},
            "command": {"type": "string"},
            "actor": {"type": "string"},
            "request_id": {"type": "string"},
            "entity": {"oneOf": [_ID, {"type": "null"}], "description": "What the command is about first of all."},
            "message": {"type": "string", "description": "One line of what happened."},
            "figures": {"type": "array", "maxItems": 4, "items": {"type": "string"}},
            "next_step": {"type": "string"},
            "data": {
                "type": "object",
                "description": "The typed result. Money and percentages are texts with fixed decimals. "
                "Cut at 16 KiB with `more: true`.",
            },
            "events": {"type": "array", "items": {"type": "string"}, "description": "The ids of the audit rows."},
            "commits": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "The commits it is in, by repository.",
            },
            "repeated": {"const": True, "description": "The request had taken effect before."},
        },
    },
    "Refused": {
        "type": "object",
        "required": ["ok", "error"],
        "properties": {
            "ok": {"const": False},
            "error": {
                "type": "object",
                "required": ["code", "message", "hint", "field"],
                "properties": {
                    "code": {"type": "string", "description": "A stable word for programs."},
                    "message": {"type": "string"},
                    "hint": {"type": "string"},
                    "field": {"type": ["string", "null"], "description": "The argument it is about."},
                },
            },
        },
    },
}


def description(version: str) -> dict[str, Any]:
    """The description of the API of this `version` of the program, as JSON."""
    paths: dict[str, Any] = {f"/api/{command.name}": {"post": _operation(command)} for command in served()}
    paths["/api/version"] = {
        "get": _plain("The program's version and a hash of the catalogue.", "version", "catalogue")
    }
    paths["/health"] = {"get": _plain("Whether commands can be served now.", "status")}
    paths["/health"]["get"]["responses"]["503"] = {"description": "The forge can not be reached yet."}
    return {
        "openapi": VERSION,
        "info": {
            "title": "Toolbox",
            "version": version,
            "description": "Decides and writes the commands of an organisation. Made of the catalogue by "
            "`make reference`; for Engelbot and nobody else, on an internal address.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "http://127.0.0.1"}],
        "tags": [{"name": tier.value, "description": who} for tier, (_, who) in TIERS.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {"service": {"type": "http", "scheme": "bearer"}},
            "responses": {status: _response(schema, told) for status, (schema, told) in _RESPONSES.items()},
            "schemas": _SCHEMAS,
        },
    }


def served() -> tuple[Command, ...]:
    """The commands that the API takes: those of the rooms, and `settle` for Engelbot's timer."""
    return tuple(c for c in CATALOGUE.values() if Surface.ROOM in c.surfaces or c.name == SETTLE)


def _operation(command: Command) -> dict[str, Any]:
    required = ["actor", "request_id", *(a.name for a in command.arguments if a.required)]
    properties = {**_OWN_FIELDS, **{a.name: _schema(a) for a in command.arguments}}
    body = {"type": "object", "required": required, "properties": properties, "additionalProperties": False}
    return {
        "operationId": command.name,
        "tags": [command.tier.value],
        "summary": command.summary,
        "description": f"Usage in a room: `{command.usage}`. For example: `{command.example}`.",
        "security": [{"service": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {status: {"$ref": f"#/components/responses/{status}"} for status in _RESPONSES},
    }


def _response(schema: str, told: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": told, "content": content}


def _schema(argument: Argument) -> dict[str, Any]:
    """The value of an argument: a text, for whole numbers a number too."""
    schema: dict[str, Any] = {"description": f"{argument.help} ({value_of(argument)})"}
    if argument.kind is Kind.INTEGER:
        bounds = {"minimum": argument.minimum, "maximum": argument.maximum}
        number = {"type": "integer", **{name: at for name, at in bounds.items() if at is not None}}
        return schema | {"oneOf": [number, {"type": "string", "pattern": "^[+-]?[0-9]{1,9}$"}]}
    schema["type"] = "string"
    if argument.kind is Kind.CHOICE:
        schema["enum"] = list(argument.choices)
    elif argument.kind is Kind.AMOUNT:
        schema["pattern"] = r"^[+-]?[0-9]{1,12}(\.[0-9]{1,2})?$"
    else:
        schema["maxLength"] = argument.max_length
    return schema if argument.required else schema | {"type": ["string", "null"]} | _or_null(schema)


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"enum": [*schema["enum"], None]} if "enum" in schema else {}


def _plain(told: str, *names: str) -> dict[str, Any]:
    fields = {name: {"type": "string"} for name in names}
    schema = {"type": "object", "required": list(names), "properties": fields}
    return {
        "summary": told,
        "security": [],
        "responses": {"200": {"description": told, "content": {"application/json": {"schema": schema}}}},
    }
