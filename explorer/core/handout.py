"""A session as short as it can be, to be handed out as a code that a telephone's camera reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .recorded import is_recorded
from .sampled import is_sampled
from .session import dumps, loads

if TYPE_CHECKING:
    from .session import Session

# More bytes than these make a code whose modules a camera at the back of a hall cannot tell apart.
MOST = 1000


def shortest(session: Session) -> str:
    """The session without what a reader fills in by itself: a whole session file all the same."""
    shown = session.experiment
    packed = any(is_recorded(run.optimizer) for run in shown.runs)
    if packed or is_sampled(shown.landscape):  # far too long for a code, and slow to try
        return dumps(session)
    document = json.loads(dumps(session))
    _prune(document["experiment"], document, loads(dumps(session)))
    return _text(document)


def _prune(part: Any, document: dict[str, Any], same: Session) -> None:
    """Leave out of a part whatever makes no difference to how the document is read."""
    inside = list(part) if isinstance(part, dict) else range(len(part))
    for key in inside:
        if isinstance(part, dict):
            kept = dict(part)
            del part[key]
            if _reads(document) == same:
                continue
            part.clear()
            part.update(kept)
        if isinstance(part[key], dict | list):
            _prune(part[key], document, same)


def _reads(document: dict[str, Any]) -> Session | None:
    try:
        return loads(_text(document))
    except InputError:
        return None


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
