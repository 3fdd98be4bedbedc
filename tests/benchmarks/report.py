"""What was measured, and the table that it is printed in."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Line:
    """One row: a median with its extremes in `unit`, and the limit it must keep, if any.

    `values` are samples or ratios, one a round. `most` and `least` are what the median may be,
    or, where `strict`, what every value may be.
    """

    name: str
    values: Sequence[float]
    unit: str = ""
    most: float | None = None
    least: float | None = None
    strict: bool = False
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def goal(self) -> str:
        if self.most is not None:
            return f"{'all ' if self.strict else ''}<= {_short(self.most)}{_unit(self.unit)}"
        if self.least is not None:
            return f"{'all ' if self.strict else ''}>= {_short(self.least)}{_unit(self.unit)}"
        return ""

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; None where there is none."""
        if self.most is not None:
            return (max(self.values) if self.strict else self.median) <= self.most
        if self.least is not None:
            return (min(self.values) if self.strict else self.median) >= self.least
        return None


@dataclass
class Table:
    """The rows of one benchmark, what it could not measure, and remarks about the run."""

    title: str
    lines: list[Line] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, values: Iterable[float], unit: str = "", **goal: object) -> None:
        """Add a row; one without values says that nothing was measured."""
        found = list(values)
        if found:
            self.lines.append(Line(name, found, unit, **goal))  # type: ignore[arg-type]
        else:
            self.missing.append(f"{name}: no sample")

    def ratio(
        self, name: str, over: Sequence[float], under: Sequence[float], **goal: object
    ) -> None:
        """Add the ratios of two contenders, round by round."""
        self.add(name, [a / b for a, b in zip(over, under, strict=True)], "x", **goal)

    def text(self) -> str:
        """The table as it is printed."""
        head = ("", "median", "min", "max", "n", "goal", "met")
        rows = [
            (
                line.name,
                _short(line.median) + _unit(line.unit),
                _short(min(line.values)),
                _short(max(line.values)),
                str(len(line.values)),
                line.goal,
                {None: "", True: "yes", False: "NO"}[line.met],
            )
            for line in self.lines
        ]
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = [f"== {self.title}"]
        for row in (head, *rows):
            first = row[0].ljust(widths[0])
            rest = (cell.rjust(wide) for cell, wide in zip(row[1:], widths[1:], strict=True))
            lines.append("  ".join((first, *rest)).rstrip())
        lines += [f"   {line.name}: {line.note}" for line in self.lines if line.note]
        lines += [f"   note: {note}" for note in self.notes]
        lines += [f"   not measured: {what}" for what in self.missing]
        return "\n".join(lines)


def _short(value: float) -> str:
    if value == 0 or 0.01 <= abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1e}"


def _unit(unit: str) -> str:
    return unit if unit in ("x", "%", "") else f" {unit}"
