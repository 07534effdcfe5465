"""The house colours: amber for what leads, lime for what is done, on grounds where text stays readable.

Every pair used for text has a contrast of at least 4.5:1 (7:1 in high contrast); a test computes it. The ansi theme
uses the terminal's own colours, and with `NO_COLOR` only bold, dim and reverse.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

PREFIX = "smartup-"

VARIABLES = ("muted", "muted-style", "rule", "cursor-ink", "cursor-ground", "cursor-style", "rest-ground")
"""What the widgets' styles use beside Textual's own names. `rest` is the cursor of a list that has no focus."""


def _theme(name: str, *, dark: bool, colours: Mapping[str, str]) -> Theme:
    return Theme(
        name=PREFIX + name,
        dark=dark,
        ansi=name == "ansi",
        primary=colours["primary"],
        secondary=colours["primary"],
        accent=colours["accent"],
        success=colours["accent"],
        warning=colours["warning"],
        error=colours["error"],
        foreground=colours["foreground"],
        background=colours["background"],
        surface=colours["background"],
        panel=colours["background"],
        variables={
            **{variable: colours[variable] for variable in VARIABLES},
            "input-cursor-background": colours["input-cursor-ground"],
            "input-cursor-foreground": colours["input-cursor-ink"],
            "input-cursor-text-style": colours["input-cursor-style"],
            "input-selection-background": colours["cursor-ground"],
            "ansi-foreground": colours["foreground"],
            "ansi-background": colours["background"],
            "border-blurred": colours["rule"],
            "scrollbar": colours["rule"],
            "scrollbar-hover": colours["muted"],
            "scrollbar-active": colours["muted"],
            "scrollbar-background": colours["background"],
            "scrollbar-background-hover": colours["background"],
            "scrollbar-background-active": colours["background"],
            "scrollbar-corner-color": colours["background"],
        },
    )


_PLAIN = {"muted-style": "none", "cursor-style": "none", "input-cursor-style": "none"}

DARK = {
    **_PLAIN,
    "background": "#16130f",
    "foreground": "#ece6da",
    "primary": "#ffb641",
    "accent": "#b4dc5a",
    "warning": "#ffb641",
    "error": "#ff8f7a",
    "muted": "#a89f8f",
    "rule": "#4a4338",
    "cursor-ink": "#fff6e5",
    "cursor-ground": "#4b3711",
    "rest-ground": "#2a251d",
    "input-cursor-ink": "#16130f",
    "input-cursor-ground": "#ffb641",
}
LIGHT = {
    **_PLAIN,
    "background": "#fdfbf5",
    "foreground": "#262119",
    "primary": "#8a5200",
    "accent": "#476400",
    "warning": "#8a5200",
    "error": "#a82315",
    "muted": "#6a6255",
    "rule": "#c9bfac",
    "cursor-ink": "#1d1810",
    "cursor-ground": "#ffe2a8",
    "rest-ground": "#efe9dc",
    "input-cursor-ink": "#fdfbf5",
    "input-cursor-ground": "#8a5200",
}
HIGH_CONTRAST = {
    **_PLAIN,
    "background": "#000000",
    "foreground": "#ffffff",
    "primary": "#ffc24d",
    "accent": "#c8f56a",
    "warning": "#ffc24d",
    "error": "#ffab9c",
    "muted": "#d6d0c4",
    "rule": "#ffffff",
    "cursor-ink": "#000000",
    "cursor-ground": "#ffc24d",
    "rest-ground": "#333333",
    "input-cursor-ink": "#000000",
    "input-cursor-ground": "#ffffff",
}
ANSI = {
    "background": "ansi_default",
    "foreground": "ansi_default",
    "primary": "ansi_yellow",
    "accent": "ansi_green",
    "warning": "ansi_yellow",
    "error": "ansi_red",
    "muted": "ansi_default",
    "muted-style": "dim",
    "rule": "ansi_default",
    "cursor-ink": "ansi_default",
    "cursor-ground": "ansi_default",
    "cursor-style": "reverse",
    "rest-ground": "ansi_default",
    "input-cursor-ink": "ansi_default",
    "input-cursor-ground": "ansi_default",
    "input-cursor-style": "reverse",
}

THEMES = (
    _theme("dark", dark=True, colours=DARK),
    _theme("light", dark=False, colours=LIGHT),
    _theme("high-contrast", dark=True, colours=HIGH_CONTRAST),
    _theme("ansi", dark=True, colours=ANSI),
)

BY_NAME = {theme.name: theme for theme in THEMES}

_LIGHT_GROUNDS = {"7", "15"}


def choose(setting: str, env: Mapping[str, str]) -> str:
    """The name of the registered theme for this setting and terminal.

    `NO_COLOR` (set and not empty) always selects ansi. `auto` is light if the terminal says so in `COLORFGBG`, and ansi
    on the console of Linux: of its 16 colours the bright ones are no grounds, so the marked row would not stand out.
    """
    if env.get("NO_COLOR"):
        return PREFIX + "ansi"
    if setting == "auto" and env.get("TERM") == "linux" and "TEXTUAL_DRIVER" not in env:
        return PREFIX + "ansi"
    if setting == "auto":
        light = env.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT_GROUNDS
        return PREFIX + ("light" if light else "dark")
    return PREFIX + setting


def takes_unicode(env: Mapping[str, str], encoding: str | None) -> bool:
    """Whether signs outside ASCII may be written to the terminal.

    Not in a locale that is C by the owner's word. Python makes UTF-8 of that for itself, and then says so in `LC_CTYPE`
    of its own environment. A locale that nobody named says nothing about the terminal.
    """
    named = env.get("LC_ALL") or env.get("LC_CTYPE", "").replace("C.UTF-8", "") or env.get("LANG", "")
    return named not in {"C", "POSIX"} and (encoding or "").lower().startswith("utf")
