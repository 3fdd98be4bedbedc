"""Brings `resources/languages/*.po` up to date with the texts of the program, and compiles them.

`python -m tests.languages` rewrites every translation: texts that are new get an empty one, texts
that are gone are dropped. `python -m tests.languages fr` begins a new one. A translator fills the
`.po` in, by hand or with any editor of gettext files, and runs this again for the `.mo`, which is
what the program reads.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale
from babel.messages import Catalog, Message, mofile, pofile

from explorer.core.catalog import catalog
from explorer.core.spec import is_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "languages"
CALLS = {"tr": 1, "trn": 2, "trc": 2}  # and how many texts they begin with


def specs() -> Iterator[tuple[str, str]]:
    """Every text of the catalogue, and the entry it is from."""
    known = catalog()
    for kind in ("landscapes", "optimizers", "schedules", "models", "datasets"):
        for key, spec in getattr(known, kind).items():
            place = f"explorer/{kind}/{key}.py"
            for name in ("title", "summary", "teaches"):
                yield place, getattr(spec, name, "")
            if kind == "optimizers":
                yield from ((place, line) for line in spec.formula if is_told(line))
            hypers = getattr(spec, "hyper", ()) or getattr(spec, "parameters", ())
            yield from ((place, hyper.help) for hyper in hypers)
            yield from ((place, state.meaning) for state in getattr(spec, "state", ()))


def literals(call: ast.Call) -> list[str]:
    """The texts a call begins with, as far as they are literal."""
    assert isinstance(call.func, ast.Name)
    given = call.args[: CALLS[call.func.id]]
    return [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def collect() -> Catalog:
    """All texts of the program, English alone."""
    made = Catalog(project="Loss Landscape Explorer", charset="utf-8")
    # babel's own search for calls does not look into f-strings
    for place, call in calls():
        asked, file = literals(call), place.partition(":")[0]
        match call.func, asked:
            case ast.Name("tr"), [text]:
                made.add(text, locations=[(file, None)])
            case ast.Name("trn"), [one, many]:
                made.add((one, many), locations=[(file, None)])
            case ast.Name("trc"), [context, text]:
                made.add(text, locations=[(file, None)], context=context)
    for place, text in specs():
        if text:
            made.add(text, locations=[(place, None)])
    return made


def names(text: str) -> set[str]:
    """What is put into a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call that asks for a translation, and where it is."""
    for path in sorted((ROOT / "explorer").rglob("*.py")):
        source, place = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        if not any(f"{name}(" in source for name in CALLS):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                yield f"{place}:{node.lineno}", node


class Translation(Catalog):
    """A translation whose header has no dates, nor the version of what wrote it.

    So the same texts make the same files, whenever and wherever they are made.
    """

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header: what reading the file takes."""
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", f"text/plain; charset={self.charset}"),
            ("Content-Transfer-Encoding", "8bit\n"),  # the last one ends its line
        ]


def begun(code: str) -> Translation:
    """A translation without texts."""
    words = f"# The Loss Landscape Explorer in {Locale.parse(code).english_name}."
    return Translation(locale=code, charset="utf-8", fuzzy=False, header_comment=words)


def read(path: Path) -> Catalog:
    """A translation."""
    return pofile.read_po(io.BytesIO(path.read_bytes()), locale=path.stem)


def is_done(message: Message) -> bool:
    """Whether a text is translated, in all its forms, and nobody is in doubt about it."""
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    return all(forms) and not message.fuzzy


def compiled(translation: Catalog) -> bytes:
    """What the program reads of it."""
    bare = begun(str(translation.locale_identifier))
    for message in translation:
        if message.id and is_done(message):
            bare.add(message.id, message.string, context=message.context)
    stream = io.BytesIO()
    mofile.write_mo(stream, bare)
    return stream.getvalue()


def update(path: Path, texts: Catalog) -> None:
    """Bring one translation up to date and compile it."""
    new = begun(path.stem)
    old = read(path) if path.exists() else new
    new.header_comment = old.header_comment
    for message in texts:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        # one that has got a plural, or lost it, is a new text
        if known is None or known.pluralizable != message.pluralizable:
            known = Message(message.id)
        new.add(
            message.id,
            known.string,
            message.locations,
            flags=known.flags & {"fuzzy"},
            user_comments=known.user_comments,
            context=message.context,
        )
    stream = io.BytesIO()
    pofile.write_po(stream, new, width=100, sort_output=True)
    path.write_bytes(stream.getvalue())
    path.with_suffix(".mo").write_bytes(compiled(new))


def main(codes: Iterable[str]) -> None:
    """Update every translation there is, and those named."""
    texts = collect()
    FOLDER.mkdir(exist_ok=True)
    for path in {*FOLDER.glob("*.po"), *(FOLDER / f"{code}.po" for code in codes)}:
        update(path, texts)
        open_ones = sum(not is_done(message) for message in read(path) if message.id)
        print(f"{path.name}: {len(texts)} texts, {open_ones} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
