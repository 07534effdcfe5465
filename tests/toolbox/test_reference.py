"""The generated reference and API description say what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from smartup_tui import __version__
from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.grammar import Parsed, parse
from smartup_tui.catalogue.model import Surface
from smartup_tui.catalogue.reference import commands_page
from smartup_tui.ledger.governance.clauses import FORMS
from smartup_tui.toolbox.api import create_app
from smartup_tui.toolbox.openapi import description
from smartup_tui.toolbox.rate import Buckets
from smartup_tui.toolbox.reference import GENERATED
from smartup_tui.toolbox.result import Request, Result

DOCS = Path(__file__).parents[2] / "docs"
API: dict[str, Any] = description(__version__)


class Service:
    """Answers every command."""

    def perform(self, asked: Request) -> Result:
        return Result(200, asked.command, asked.actor, asked.request_id, message="Done.")

    def ready(self) -> bool:
        return True


def body_schema(name: str) -> dict[str, Any]:
    body = API["paths"][f"/api/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("name", GENERATED)
def test_the_committed_files_are_what_the_catalogue_makes(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == GENERATED[name](), "`make reference` writes them again"


def test_every_command_has_its_section_with_usage_and_example() -> None:
    page = commands_page()
    for command in CATALOGUE.values():
        _, heading, rest = page.partition(f"\n### !{command.name} {{ #{command.name} }}\n")
        section = rest.partition("\n### ")[0]
        assert heading
        if Surface.ROOM in command.surfaces:
            assert f"\n{command.usage}\n" in section
            assert command.example in section
        else:
            assert f"\nsmartup toolbox run {command.name} --config FILE" in section
        assert command.notes in section
        assert ("The leadership and the founder alone" in section) is command.leadership
        for argument in command.arguments:
            assert f"| `{argument.name}" in section


def test_what_is_written_in_a_proposal_to_be_carried_out_is_explained_as_it_is_read() -> None:
    for form in FORMS.values():
        for one in form.split(", or "):
            assert f"`{one}`" in CATALOGUE["propose"].notes


def test_the_tables_of_the_page_have_as_many_cells_in_every_row() -> None:
    for block in re.findall(r"(?:^\|.*\n)+", commands_page(), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def test_every_described_address_is_served_and_answers_as_described() -> None:
    client = create_app(Service(), "token", Buckets(burst=1000, per_second=1)).test_client()
    for path, methods in API["paths"].items():
        for method, operation in methods.items():
            body = {"actor": "maria", "request_id": "$event"} if method == "post" else None
            response = client.open(path, method=method, json=body, headers={"Authorization": "Bearer token"})
            assert response.status_code == 200, path
            assert str(response.status_code) in operation["responses"]
            if method == "post":
                required = API["components"]["schemas"]["Result"]["required"]
                assert set(required) <= set(response.get_json())


def test_the_commands_of_the_rooms_are_described_and_those_of_the_host_are_not() -> None:
    rooms = {name for name, command in CATALOGUE.items() if Surface.ROOM in command.surfaces}
    described = {path.removeprefix("/api/") for path, methods in API["paths"].items() if "post" in methods}
    assert described == rooms | {"settle"}


def test_the_examples_fit_the_described_bodies() -> None:
    for command in CATALOGUE.values():
        if Surface.ROOM not in command.surfaces:
            continue
        parsed = parse(command.example)
        assert isinstance(parsed, Parsed), command.example
        schema = body_schema(command.name)
        body = {"actor": "maria", "request_id": "$event", **parsed.arguments}
        assert set(schema["required"]) <= set(body) <= set(schema["properties"])
        for name, value in parsed.arguments.items():
            described = schema["properties"][name]
            assert value in described.get("enum", [value])
            assert len(value) <= described.get("maxLength", len(value))


def test_references_within_the_description_lead_somewhere() -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                found: Any = API
                for step in value["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(API)
