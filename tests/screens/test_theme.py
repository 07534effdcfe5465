from __future__ import annotations

import pytest
from textual.color import Color

from smartup_tui.screens.theme import ANSI, DARK, HIGH_CONTRAST, LIGHT, THEMES, choose, takes_unicode

PAIRS = [
    *((ink, "background") for ink in ("foreground", "primary", "accent", "warning", "error", "muted")),
    ("cursor-ink", "cursor-ground"),
    ("foreground", "rest-ground"),
    ("input-cursor-ink", "input-cursor-ground"),
]


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2: from 1 to 21."""

    def luminance(colour: Color) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour.rgb]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
@pytest.mark.parametrize(
    ("colours", "least"), [(DARK, 4.5), (LIGHT, 4.5), (HIGH_CONTRAST, 7.0)], ids=["dark", "light", "high contrast"]
)
def test_text_can_be_read_on_its_ground(colours: dict[str, str], least: float, ink: str, ground: str) -> None:
    assert contrast(Color.parse(colours[ink]), Color.parse(colours[ground])) >= least


def test_the_ansi_theme_has_the_terminals_own_colours_only() -> None:
    styles = {"none", "dim", "reverse"}
    assert {value for value in ANSI.values() if not value.startswith("ansi_")} <= styles


def test_black_on_white_is_the_scale() -> None:
    assert round(contrast(Color.parse("#000000"), Color.parse("#ffffff"))) == 21


@pytest.mark.parametrize(
    ("setting", "env", "name"),
    [
        ("auto", {}, "smartup-dark"),
        ("auto", {"COLORFGBG": "0;15"}, "smartup-light"),
        ("auto", {"COLORFGBG": "15;0"}, "smartup-dark"),
        ("light", {}, "smartup-light"),
        ("dark", {"NO_COLOR": "1"}, "smartup-ansi"),
        ("high-contrast", {"NO_COLOR": ""}, "smartup-high-contrast"),
        ("auto", {"TERM": "linux"}, "smartup-ansi"),
        ("auto", {"TERM": "linux", "TEXTUAL_DRIVER": "web"}, "smartup-dark"),
        ("light", {"TERM": "linux"}, "smartup-light"),
    ],
)
def test_the_setting_and_the_terminal_choose_the_theme(setting: str, env: dict[str, str], name: str) -> None:
    assert choose(setting, env) == name
    assert name in {theme.name for theme in THEMES}


@pytest.mark.parametrize(
    ("env", "encoding", "takes"),
    [
        ({"LANG": "en_GB.UTF-8"}, "utf-8", True),
        ({"LANG": "C.UTF-8"}, "utf-8", True),
        ({}, "utf-8", True),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8", True),  # Python's own word, where no locale is named
        ({"LANG": "de_DE.ISO-8859-1"}, "iso-8859-1", False),
        ({"LANG": "C"}, "utf-8", False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", False),  # and where the locale is C
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "POSIX"}, "utf-8", False),
        ({"LANG": "C", "LC_ALL": "en_GB.UTF-8"}, "utf-8", True),
        ({}, None, False),
    ],
)
def test_signs_outside_ascii_are_for_terminals_that_take_them(
    env: dict[str, str], encoding: str | None, takes: bool
) -> None:
    assert takes_unicode(env, encoding) is takes
