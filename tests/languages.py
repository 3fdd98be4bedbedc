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
from typing import TYPE_CHECKING, Any

from babel.messages import Catalog, mofile, pofile
from babel.messages.extract import extract_from_dir

from explorer.core.catalog import catalog
from explorer.core.spec import is_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "languages"
CALLS: dict[str, Any] = {"tr": None, "trn": (1, 2), "trc": ((1, "c"), 2)}


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


def collect() -> Catalog:
    """All texts of the program, English alone."""
    made = Catalog(project="Loss Landscape Explorer", charset="utf-8")
    found = extract_from_dir(ROOT / "explorer", [("**.py", "python")], keywords=CALLS)
    for name, _, message, _, context in sorted(found, key=lambda one: (one[0], one[1])):
        made.add(message, locations=[(f"explorer/{name}", None)], context=context)
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def read(path: Path) -> Catalog:
    """A translation."""
    return pofile.read_po(io.BytesIO(path.read_bytes()), locale=path.stem)


def compiled(translation: Catalog) -> bytes:
    """What the program reads of it."""
    stream = io.BytesIO()
    mofile.write_mo(stream, translation)
    return stream.getvalue()


def update(path: Path, texts: Catalog) -> None:
    """Bring one translation up to date and compile it."""
    new = Catalog(locale=path.stem, project=texts.project, charset="utf-8", fuzzy=False)
    old = read(path) if path.exists() else new
    for message in texts:
        if message.id:
            known = old.get(message.id, message.context)
            said = known.string if known is not None else None
            new.add(message.id, said, message.locations, context=message.context)
    # so that the same texts make the same file
    new.creation_date = new.revision_date = old.creation_date if path.exists() else None
    stream = io.BytesIO()
    pofile.write_po(stream, new, width=100, sort_output=True)
    path.write_bytes(stream.getvalue())
    path.with_suffix(".mo").write_bytes(compiled(new))


def main(codes: Iterable[str]) -> None:
    """Update every translation there is, and those named."""
    texts = collect()
    for path in {*FOLDER.glob("*.po"), *(FOLDER / f"{code}.po" for code in codes)}:
        update(path, texts)
        open_ones = sum(not message.string for message in read(path) if message.id)
        print(f"{path.name}: {len(texts)} texts, {open_ones} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
