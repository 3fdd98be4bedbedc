"""Texts are looked up in the language in use, and every translation is whole and fits."""

from __future__ import annotations

import ast
import dataclasses
import io
import string
import sys
from functools import cache
from gettext import GNUTranslations
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import languages
import pytest
from babel.messages import Catalog, Message, pofile
from languages import (
    CALLS,
    FOLDER,
    begun,
    calls,
    collect,
    compiled,
    is_done,
    names,
    read,
    specs,
    update,
)

from explorer.core import language, spec, tongue
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.language import ENGLISH, tr, trc, trn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRIES = {place for place, _ in specs()}  # the catalogue's files
# German is promised; any other that somebody began is held to the same.
CODES = sorted({"de"} | {path.stem for path in FOLDER.glob("*.[mp]o")})
# How the catalogue's entries translate themselves: their texts are collected from them.
OF_ENTRIES = {"tr(getattr(spec, name))", "tr(line)"}
# What is said of a path that the picture does not show as a whole.
OF_PATHS = {
    "leaves the picture at step {step}",
    "starts outside the picture",
    "is outside the picture at step {step}",
    "is outside the picture between steps {first} and {last}",
}
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A program that knows some words of German, and of French nothing at all."""
    german = begun("de")
    german.add("step", "Schritt")
    runs = ("{n} run of {all}", "{n} runs of {all}")
    german.add("{loss:.2f} at {name!r}", "bei {name!r} {loss:.2f}")
    german.add(runs, ("{n} Lauf von {all}", "{n} Läufe aus {all}"))
    german.add("open", "öffnen", context="to do")
    german.add("open", "offen")
    for made in (german, begun("fr")):
        path = tmp_path / "languages" / f"{made.locale_identifier}.mo"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(compiled(made))
    monkeypatch.setattr(language, "resource", tmp_path.joinpath)
    for name in (*VARIABLES, language.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    yield
    language.use(ENGLISH)


# -- looking up


def test_english_is_spoken_until_another_is_asked_for(spoken: None) -> None:
    assert language.spoken() == ENGLISH
    assert tr("step") == "step"
    assert tr("{loss:.2f} at {name!r}", loss=1 / 3, name="x") == "0.33 at 'x'"
    assert tr("a set {0, 1}") == "a set {0, 1}"
    assert trc("to do", "open") == trc("whatever", "open") == "open"
    assert [trn("{n} run", "{n} runs", n) for n in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]


def test_german(spoken: None) -> None:
    language.use("de")
    assert language.spoken() == "de"
    assert tr("step") == "Schritt"
    assert tr("{loss:.2f} at {name!r}", loss=1 / 3, name="x") == "bei 'x' 0.33"
    assert trc("to do", "open") == "öffnen"
    assert tr("open") == "offen"
    said = [trn("{n} run of {all}", "{n} runs of {all}", n, all=9) for n in (0, 1, 2)]
    assert said == ["0 Läufe aus 9", "1 Lauf von 9", "2 Läufe aus 9"]


def test_what_has_no_translation_stays_english(spoken: None) -> None:
    language.use("de")
    assert tr("nothing of the kind") == "nothing of the kind"
    assert tr("{n} things", n=2) == "2 things"
    assert trc("whatever", "open") == "open"
    assert [trn("{n} step", "{n} steps", n) for n in (1, 2)] == ["1 step", "2 steps"]


def test_no_text_is_none_in_any_language(spoken: None) -> None:
    language.use("de")  # where a file of translations keeps its header under the empty text
    assert tr("") == ""


def test_english_can_be_gone_back_to(spoken: None) -> None:
    language.use("de")
    language.use(ENGLISH)
    assert (language.spoken(), tr("step")) == (ENGLISH, "step")


def test_the_languages_there_are(spoken: None) -> None:
    assert language.languages() == ("en", "de", "fr")


@pytest.mark.parametrize("code", ["klingon", "xx", "", "../de", "de_AT"])
def test_an_unknown_language_is_refused_in_a_line_that_names_those_there_are(
    spoken: None, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        language.use(code)
    said = str(refused.value)
    assert "\n" not in said
    assert f"unknown language {code!r}" in said
    assert said.endswith(("choose from en, de, fr", "did you mean de?"))
    assert language.spoken() == ENGLISH


@pytest.mark.parametrize("code", ["klingon", "xx", ""])
def test_a_language_that_is_near_no_other_is_told_all_of_them(spoken: None, code: str) -> None:
    with pytest.raises(InputError, match=r"choose from en, de, fr$"):
        language.use(code)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_DE@euro"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "DE_de.utf8"}, "de"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "en"),
        ({"LANG": "den_CA"}, "en"),
        ({"LC_ALL": "C", "LANG": "de_AT.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "de_CH", "LANG": "C"}, "de"),
        ({"LANGUAGE": "fr:de", "LANG": "de_AT.UTF-8"}, "fr"),
        ({"LANGUAGE": "ja:de:fr", "LC_ALL": "en_GB.UTF-8"}, "de"),
        ({"LANGUAGE": "en:de", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LANGUAGE": "", "LC_ALL": "de_DE.UTF-8"}, "de"),
        ({"LANGUAGE": ":de"}, "de"),
    ],
)
def test_the_language_of_the_system(
    spoken: None, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert language.system() == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [(("de_DE", "UTF-8"), "de"), ((None, None), "en"), (("ja_JP", "UTF-8"), "en")],
)
def test_a_system_without_variables_is_asked_itself(
    spoken: None, monkeypatch: pytest.MonkeyPatch, found: tuple[Any, Any], expected: str
) -> None:
    monkeypatch.setattr("locale.getlocale", lambda: found)
    assert language.system() == expected


# -- whose wish counts


@pytest.fixture
def settings(spoken: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file that is not there yet; the system speaks French."""
    path = tmp_path / "settings.json"
    monkeypatch.setattr(tongue, "place", lambda: path)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    return path


def test_without_a_wish_the_window_speaks_as_the_system_does(settings: Path) -> None:
    assert tongue.preferred() == "fr"


@pytest.mark.parametrize(
    ("kept", "expected"), [("de", "de"), ("en", "en"), ("system", "fr"), ("ja", "fr")]
)
def test_the_settings_come_before_the_system(settings: Path, kept: str, expected: str) -> None:
    settings.write_text(f'{{"theme": "dark", "language": "{kept}"}}', encoding="utf-8")
    assert tongue.preferred() == expected


def test_the_environment_comes_before_the_settings(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.write_text('{"language": "fr"}', encoding="utf-8")
    monkeypatch.setenv(language.VARIABLE, "de")
    assert (language.asked(), tongue.preferred()) == ("de", "de")
    monkeypatch.setenv(language.VARIABLE, "")
    assert (language.asked(), tongue.preferred()) == ("", "fr")


def test_what_the_environment_asks_for_and_there_is_not_is_refused(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(language.VARIABLE, "xx")
    with pytest.raises(InputError, match=r"unknown language 'xx': choose from en, de, fr$"):
        language.use(tongue.preferred())


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"\x00" * 50,
        b'"de"',
        b"[]",
        b"null",
        b"7",
        b"{}",
        b'{"language": null}',
        b'{"language": 7}',
        b'{"language": ["de"]}',
        b'{"language": {"de": "de"}}',
        b"[" * 200_000,
    ],
    ids=lambda text: text[:12].decode("latin-1"),
)
def test_a_damaged_settings_file_leaves_it_to_the_system(settings: Path, damaged: bytes) -> None:
    settings.write_bytes(damaged)
    assert tongue.preferred() == "fr"


def test_a_folder_where_the_settings_should_be_leaves_it_to_the_system(settings: Path) -> None:
    settings.mkdir()
    assert tongue.preferred() == "fr"


# -- the texts of the program


@cache
def texts() -> Catalog:
    """All texts of the program."""
    return collect()


@cache
def found() -> tuple[tuple[str, str, list[ast.expr], list[ast.keyword]], ...]:
    """Every call for a translation: where, by which function, the texts and the values."""
    made = []
    for place, call in calls():
        assert isinstance(call.func, ast.Name)
        if place.startswith("explorer/core/spec.py:") and ast.unparse(call) in OF_ENTRIES:
            continue
        made.append((place, call.func.id, call.args[: CALLS[call.func.id]], call.keywords))
    return tuple(made)


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def fields(text: str) -> set[tuple[str, str | None, str | None]]:
    """What is put into a text, and in which form."""
    parts = string.Formatter().parse(text)
    return {(name, form, how) for _, name, form, how in parts if name is not None}


@cache
def filled() -> frozenset[str]:
    """The texts that values are put into; in all others a brace is a brace."""
    made = set()
    for _, name, args, values in found():
        if values or name == "trn":
            made.update(filter(None, map(literal, args[1:] if name == "trc" else args)))
    return frozenset(made)


def test_there_are_texts() -> None:
    assert len(found()) > 100
    assert len(texts()) > 500


def test_every_call_has_literal_texts() -> None:
    wrong = [
        place
        for place, name, args, _ in found()
        if len(args) != CALLS[name] or not all(map(literal, args))
    ]
    assert not wrong


def test_every_call_gives_the_values_that_its_texts_ask_for() -> None:
    wrong = []
    for place, name, args, values in found():
        given = {value.arg for value in values} | ({"n"} if name == "trn" else set())
        said = [literal(node) or "" for node in (args[1:] if name == "trc" else args)]
        asked = set().union(*map(names, said)) if given else set()
        if None not in given and asked != given and asked | {"n"} != given:
            wrong.append(f"{place}: {sorted(asked ^ given)}")
    assert not wrong


def test_what_is_put_into_a_text_has_a_plain_name() -> None:
    assert not [t for t in filled() if not all(name.isidentifier() for name in names(t))]


def test_every_call_is_collected() -> None:
    plural = {m.id for m in texts() if m.pluralizable}
    single = {(m.context, one) for m in texts() for one in (m.id if m.pluralizable else [m.id])}
    for place, name, args, _ in found():
        first, *rest = map(literal, args)
        if name == "trn":
            assert (first, *rest) in plural, place
        else:
            assert ((first, *rest) if name == "trc" else (None, first)) in single, place


def test_every_text_that_the_catalogue_looks_up_is_collected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def noted(text: str) -> str:
        asked.append(text)
        return text

    monkeypatch.setattr(spec, "tr", noted)
    known = catalog()
    for kind in ("landscapes", "optimizers", "schedules", "models", "datasets"):
        for entry in getattr(known, kind).values():
            dataclasses.replace(entry)
            parts = getattr(entry, "hyper", ()) or getattr(entry, "parameters", ())
            for part in (*parts, *getattr(entry, "state", ())):
                dataclasses.replace(part)
    assert len(asked) > 500
    assert {text for text in asked if text} <= {message.id for message in texts()}


def test_help_outside_the_catalogue_is_asked_for() -> None:
    # only the catalogue's own entries are collected without a call
    folders = {"landscapes", "optimizers", "schedules", "models", "datasets"}
    package = FOLDER.parent.parent / "explorer"
    collected = {message.id for message in texts()}
    wrong = []
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] in folders:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.keyword) or node.arg != "help":
                continue
            said = literal(node.value)
            if isinstance(node.value, ast.JoinedStr) or (said and said not in collected):
                wrong.append(f"{path.relative_to(package)}:{node.value.lineno}")
    assert not wrong


# -- the translations


def messages(code: str) -> dict[tuple[str | None, Any], Message]:
    """The texts of a translation, by context and English."""
    return {(m.context, m.id): m for m in read(FOLDER / f"{code}.po") if m.id}


def pairs(code: str) -> Iterator[tuple[str, str]]:
    """English and its translation, of a text with a plural each form; what is open is left out."""
    for message in messages(code).values():
        if not message.pluralizable:
            both = [(message.id, message.string)]
        else:
            one, many = message.id
            both = [(many if at else one, form) for at, form in enumerate(message.string)]
        yield from ((english, said) for english, said in both if said)


def translated(code: str) -> set[str]:
    """The texts, without those of a context or with a plural, that have a translation."""
    return {m.id for m in messages(code).values() if isinstance(m.id, str) and is_done(m)}


def own_texts() -> dict[str, set[str]]:
    """By file of the catalogue the texts that are in no other file."""
    found: dict[str, set[str]] = {}
    for message in texts():
        places = {place for place, _ in message.locations}
        if len(places) == 1 and (place := places.pop()) in ENTRIES:
            found.setdefault(place, set()).add(message.id)
    return found


def not_begun(code: str) -> set[str]:
    """Texts of entries of the catalogue, one file each, of which nothing is translated yet.

    An entry is one file: it speaks English until somebody translates it.
    """
    done = translated(code)
    return {text for own in own_texts().values() if own.isdisjoint(done) for text in own}


def edges(text: str) -> tuple[str, str, str]:
    """White space before and after, and the mark at the end; that of an abbreviation is none."""
    bare = text.strip()
    start = text.index(bare)
    marks = "…:." if " " in bare else "…:"
    return text[:start], text[start + len(bare) :], bare[-1] if bare[-1:] in set(marks) else ""


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_texts_of_the_program_and_no_others(code: str) -> None:
    wanted = {(m.context, m.id) for m in texts() if m.id}
    have = set(messages(code))
    hint = "run python -m tests.languages"
    assert not wanted - have - {(None, text) for text in not_begun(code)}, hint
    assert not have - wanted, hint


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_translated(code: str) -> None:
    new = not_begun(code)
    open_ones = [m.id for m in messages(code).values() if not is_done(m) and m.id not in new]
    assert not open_ones


def test_a_new_entry_of_the_catalogue_need_not_be_translated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = own_texts()
    some_place = "explorer/optimizers/adam.py"
    done = {text for other, each in places.items() for text in each if other != some_place}
    monkeypatch.setattr(sys.modules[__name__], "translated", lambda _code: done)
    assert not_begun("xx") == places[some_place]
    # but one that was begun is to be finished
    first = min(places[some_place])
    monkeypatch.setattr(sys.modules[__name__], "translated", lambda _code: done | {first})
    assert not_begun("xx") == set()


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_values_of_its_text(code: str) -> None:
    wrong = [(e, said) for e, said in pairs(code) if e in filled() and fields(e) != fields(said)]
    assert not wrong


@pytest.mark.parametrize("code", CODES)
def test_a_translation_begins_and_ends_as_its_text_does(code: str) -> None:
    assert not [(e, said) for e, said in pairs(code) if edges(e) != edges(said)]


@pytest.mark.parametrize("code", CODES)
def test_what_the_program_reads_is_what_was_translated(code: str) -> None:
    path = FOLDER / f"{code}.po"
    assert path.with_suffix(".mo").read_bytes() == compiled(read(path)), "python -m tests.languages"


@pytest.mark.parametrize("code", CODES)
def test_a_note_can_be_shortened_beside_a_name(code: str) -> None:
    # as in English: 'leaves the picture at step 3', beside a path's name 'leaves at step 3'
    known = {context_and_text: m.string for context_and_text, m in messages(code).items()}
    left_out = known["left out of a note", " the picture"]
    notes = [said for (_, text), said in known.items() if text in OF_PATHS]
    assert len(notes) == len(OF_PATHS)
    assert all(left_out in note for note in notes)


# -- how translations are kept


def some(*given: Any) -> Catalog:
    made = Catalog()
    for text in given:
        made.add(text)
    return made


def test_the_same_texts_make_the_same_files(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    update(path, some("a", ("{n} b", "{n} bs")))
    before = path.read_bytes(), path.with_suffix(".mo").read_bytes()
    update(path, some(("{n} b", "{n} bs"), "a"))
    assert (path.read_bytes(), path.with_suffix(".mo").read_bytes()) == before
    assert before[1] == compiled(read(path))


def test_an_update_keeps_what_is_translated_and_drops_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    begin = begun("de")
    begin.add("kept", "behalten", user_comments=["of columns"])
    begin.add("gone", "weg")
    begin.add("unsure", "unsicher", flags=["fuzzy"])
    begin.add(("{n} b", "{n} bs"), ("{n} B", "{n} Be"))
    begin.add("c", "Ce")
    stream = io.BytesIO()
    pofile.write_po(stream, begin)
    path.write_bytes(stream.getvalue())
    update(path, some("kept", "unsure", ("{n} b", "{n} bs"), ("c", "{n} cs"), "new"))
    now = {m.id: m for m in read(path) if m.id}
    assert now["kept"].string == "behalten"
    assert now["kept"].user_comments == ["of columns"]
    assert now[("{n} b", "{n} bs")].string == ("{n} B", "{n} Be")
    assert {m.id for m in now.values() if not is_done(m)} == {"unsure", ("c", "{n} cs"), "new"}
    assert "gone" not in now
    with path.with_suffix(".mo").open("rb") as compiled_file:
        spoken = GNUTranslations(compiled_file)
    assert [spoken.gettext(t) for t in ("kept", "unsure", "new")] == ["behalten", "unsure", "new"]
    assert [spoken.ngettext("{n} b", "{n} bs", n) for n in (1, 2)] == ["{n} B", "{n} Be"]


def test_calls_are_found_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        def said(n):
            why = f"{tr('in an f-string')}: {trn('{n} step', '{n} steps', n)}"
            return tr("in two " "parts") + why + trc("place", "of context") + str(tr)
    """
    (tmp_path / "explorer").mkdir()
    (tmp_path / "explorer" / "said.py").write_text(dedent(source), encoding="utf-8")
    monkeypatch.setattr(languages, "ROOT", tmp_path)
    monkeypatch.setattr(languages, "specs", lambda: iter([("explorer/models/m.py", "a summary")]))
    assert {(m.context, m.id) for m in collect() if m.id} == {
        (None, "in an f-string"),
        (None, ("{n} step", "{n} steps")),
        (None, "in two parts"),
        ("place", "of context"),
        (None, "a summary"),
    }
