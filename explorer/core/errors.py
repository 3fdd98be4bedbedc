"""What a person may be told went wrong with what they asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable


class InputError(ValueError):
    """A request that cannot be met: one line that names the value and what is allowed."""


def unknown(kind: str, name: str, valid: Iterable[str]) -> InputError:
    """Say that `name` is no `kind` and list the nearest valid names, or all where none is near."""
    from difflib import get_close_matches

    valid = tuple(valid)
    near = get_close_matches(name.lower(), valid, n=3, cutoff=0.5)
    if near:
        names = tr(" or ").join(near)
        return InputError(
            tr("unknown {kind} {name!r}: did you mean {names}?", kind=kind, name=name, names=names)
        )
    names = ", ".join(valid)
    return InputError(
        tr("unknown {kind} {name!r}: choose from {names}", kind=kind, name=name, names=names)
    )
