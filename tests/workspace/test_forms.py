"""A form's text is the command: for every command of the catalogue, and whatever is typed into the fields."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartup_tui.catalogue.commands import CATALOGUE
from smartup_tui.catalogue.grammar import Parsed, parse
from smartup_tui.catalogue.model import Kind
from smartup_tui.workspace.forms import Draft, Shape, label_of, shape_of


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_commands_form_composes_what_its_example_says(name: str) -> None:
    command = CATALOGUE[name]
    wanted = parse(command.example)
    assert isinstance(wanted, Parsed)
    draft = Draft(command, {})
    for argument in command.arguments:
        value = wanted.arguments.get(argument.name, "")
        draft = draft.with_value(argument.name, f" {value} ")  # blanks around it are nobody's intention
        assert draft.fault(argument.name) is None
        assert label_of(argument)[0].isalpha()
    assert draft.first_problem is None
    assert parse(draft.text) == wanted


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_empty_form_names_what_is_needed_and_shows_where(name: str) -> None:
    command = CATALOGUE[name]
    needed = [a for a in command.arguments if a.required]
    draft = Draft(command, {})
    problem = draft.first_problem
    assert (problem is None) == (not needed)
    assert draft.text.startswith(f"!{name}")
    if problem is not None:
        assert problem[0] == needed[0].name
        assert f"<{needed[0].noun}>" in draft.text


@settings(max_examples=40, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(n for n, c in CATALOGUE.items() if c.arguments)))
def test_whatever_is_typed_is_a_fault_or_parses_back_to_itself(data: st.DataObject, name: str) -> None:
    command = CATALOGUE[name]
    example = parse(command.example)
    assert isinstance(example, Parsed)
    text = st.text(max_size=30)
    draft = Draft(command, {})
    for argument in command.arguments:
        known = st.just(example.arguments.get(argument.name, ""))
        choice = st.sampled_from(argument.choices or ("",))
        draft = draft.with_value(argument.name, data.draw(st.one_of(known, known, choice, text), label=argument.name))
    if draft.first_problem is None:
        found = parse(draft.text)
        assert isinstance(found, Parsed)
        assert found.command is command
        given_names = {a.name for a in command.arguments if draft.value(a.name).strip()}
        assert set(found.arguments) == given_names
        for argument in command.arguments:
            if argument.kind is Kind.TEXT and argument.name in given_names:
                assert found.arguments[argument.name] == draft.value(argument.name).strip()
    else:
        assert draft.first_problem[1].strip()


def test_fields_have_the_shape_that_their_argument_asks_for() -> None:
    task = CATALOGUE["create_task"]
    shapes = [shape_of(argument) for argument in task.arguments]
    assert shapes == [Shape.WORD, Shape.CHOICE, Shape.WORD, Shape.LINE, Shape.LONG]
    assert shape_of(CATALOGUE["set_task"].argument("value")) is Shape.LINE


def test_values_that_are_right_alone_and_wrong_together_are_said() -> None:
    draft = Draft(CATALOGUE["create_task"], {"objective_id": "5_0", "size": "small", "title": "A :: B", "why": "So."})
    problem = draft.first_problem
    assert problem is not None
    assert problem[0] == "title"
    assert "::" in problem[1]
