"""The design tokens: every colour and length of the window, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours ('#RRGGBB') by use. `map_ink` says whether runs on panels use their map colour."""

    name: str
    window: str
    panel: str
    border: str
    text: str
    muted: str
    accent: str
    danger: str
    good: str
    chosen: str
    hover: str
    control: str
    button_border: str
    input_border: str
    groove: str
    filled: str
    thumb: str
    on_accent: str
    grid: str
    dark: bool


LIGHT = Theme(
    name="light",
    window="#F6F7F9",
    panel="#FFFFFF",
    border="#E2E5EA",
    text="#1A1E24",
    muted="#5A6371",
    accent="#2A66E0",
    danger="#C4321F",
    good="#1E7F4F",
    chosen="#E9F0FD",
    hover="#EEF1F5",
    control="#FFFFFF",
    button_border="#C9CED6",
    input_border="#8A94A3",
    groove="#D5DAE1",
    filled="#8A94A3",
    thumb="#FFFFFF",
    on_accent="#FFFFFF",
    grid="#ECEEF2",
    dark=False,
)
DARK = Theme(
    name="dark",
    window="#15171C",
    panel="#1D2026",
    border="#2D323B",
    text="#E7EAF0",
    muted="#9BA5B4",
    accent="#74A9FF",
    danger="#FF7B6B",
    good="#5CC98F",
    chosen="#24324A",
    hover="#2A2F37",
    control="#24282F",
    button_border="#454C58",
    input_border="#6D7786",
    groove="#3A414C",
    filled="#7E8999",
    thumb="#C8CED8",
    on_accent="#0E1524",
    grid="#282C34",
    dark=True,
)
PROJECTOR = Theme(
    name="projector",
    window="#FFFFFF",
    panel="#FFFFFF",
    border="#8A8F98",
    text="#000000",
    muted="#333333",
    accent="#0041B8",
    danger="#A80000",
    good="#006B35",
    chosen="#DDE8FB",
    hover="#EEEEEE",
    control="#FFFFFF",
    button_border="#8A8F98",
    input_border="#8A8F98",
    groove="#C2C6CC",
    filled="#555555",
    thumb="#FFFFFF",
    on_accent="#FFFFFF",
    grid="#DADDE2",
    dark=False,
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, PROJECTOR)}
