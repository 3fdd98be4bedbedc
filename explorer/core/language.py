"""The language of all that people read. Texts are written in English and looked up by it.

It is settled by `use` when the program starts, before modules are imported whose texts are made at
once, and stays until it ends. The Python interface never asks for another than English. Names that
a person types or that files hold (keys, hyperparameters, columns) are the same in every language.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .paths import resource

if TYPE_CHECKING:
    from gettext import GNUTranslations

ENGLISH = "en"
FOLDER = "languages"
# Asked before the system's own, and the only one that commands listen to: what they print is read
# by other programs as well.
VARIABLE = "EXPLORER_LANGUAGE"
_SYSTEM = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # as gettext asks, the first that is set

_known: GNUTranslations | None = None
_spoken = ENGLISH


def tr(text: str, /, **values: Any) -> str:
    """The text in the language in use, `{name}` in it replaced by the value of that name."""
    said = text if _known is None or not text else _known.gettext(text)
    return said.format(**values) if values else said


def trn(one: str, many: str, n: float, /, **values: Any) -> str:
    """`one` where n is 1, else `many`, as the language has it; `{n}` in it is replaced as well."""
    # rules of plurals are for whole numbers; a part is told like several
    count = int(n) if n == int(n) else 2
    said = (one if n == 1 else many) if _known is None else _known.ngettext(one, many, count)
    return said.format(n=n, **values)


def trc(context: str, text: str, /, **values: Any) -> str:
    """Like `tr`, for a text that other languages have several words for; `context` says which."""
    said = text if _known is None else _known.pgettext(context, text)
    return said.format(**values) if values else said


def languages() -> tuple[str, ...]:
    """The codes of all languages there are: English, and one for each file in the folder."""
    found = (path.stem for path in resource(FOLDER).glob("*.mo"))
    return ENGLISH, *sorted(found)


def spoken() -> str:
    """The code of the language in use."""
    return _spoken


def asked() -> str:
    """The language that the environment asks for, if any."""
    return os.environ.get(VARIABLE, "")


def system() -> str:
    """The language of the system if there is a translation, else English."""
    given = next((os.environ[name] for name in _SYSTEM if os.environ.get(name)), "")
    if not given:
        import locale

        given = locale.getlocale()[0] or ""
    codes = (one.partition(".")[0].partition("_")[0].lower() for one in given.split(":"))
    known = languages()
    return next((code for code in codes if code in known), ENGLISH)


def use(code: str) -> None:
    """Speak that language from now on; InputError where there is no such translation."""
    global _known, _spoken
    if code == ENGLISH:
        _known, _spoken = None, code
        return
    if code not in languages():
        from .errors import unknown  # which speaks by this module

        raise unknown("language", code, languages())
    import gettext

    with resource(FOLDER, f"{code}.mo").open("rb") as stream:
        _known, _spoken = gettext.GNUTranslations(stream), code
