"""The layers, each rule a sentence that is checked against the imports of every module.

Imports inside functions count as well, and those for annotations only.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "explorer"
CATALOGUE = ("optimizers", "landscapes", "schedules", "models", "datasets")
QT = ("PySide6", "shiboken6", "pyqtgraph", "OpenGL")


@dataclass(frozen=True)
class Import:
    """One imported module; `late` where it is imported inside a function."""

    module: str
    late: bool
    line: int


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imports(source: str, name: str, *, package: bool = False) -> list[Import]:
    """Every import in the source of the module `name`, relative ones resolved."""
    found = []

    def visit(node: ast.AST, late: bool) -> None:
        match node:
            case ast.Import(names=names):
                found.extend(Import(alias.name, late, node.lineno) for alias in names)
            case ast.ImportFrom(module=module, level=level, names=names):
                base = name.split(".")[: None if package and level == 1 else -(level - package)]
                parts = [*(base if level else []), *([module] if module else [])]
                whole = ".".join(parts)
                for alias in names:
                    inner = f"{whole}.{alias.name}"
                    part = whole == "explorer" or (within(whole, "explorer") and is_module(inner))
                    found.append(Import(inner if part else whole, late, node.lineno))
            case ast.Attribute(value=ast.Name(id="explorer"), attr=attribute):
                found.append(Import(f"explorer.{attribute}", late, node.lineno))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                late = True
        for child in ast.iter_child_nodes(node):
            visit(child, late)

    visit(ast.parse(source), False)
    return found


@cache
def everything() -> dict[str, list[Import]]:
    return {
        module_name(path): imports(
            path.read_text(encoding="utf-8"), module_name(path), package=path.stem == "__init__"
        )
        for path in sorted(PACKAGE.rglob("*.py"))
        if "_resources" not in path.parts
    }


def within(module: str, *places: str) -> bool:
    """Whether `module` is one of the places or inside one; 'a._*': a's private modules."""
    return any(
        module.startswith(place[:-1])
        if place.endswith("*")
        else module == place or module.startswith(place + ".")
        for place in places
    )


def ours(*names: str) -> tuple[str, ...]:
    return tuple(f"explorer.{name}" for name in names)


# sentence: who, what else of ours it may import, which libraries besides Python's own
LAYERS = {
    "core knows nothing else of ours, and only small libraries without a screen": (
        ours("core"),
        ours("core"),
        ("numpy", "platformdirs", "sympy"),
    ),
    "an optimizer knows only what a SPEC is made of": (
        ours("optimizers"),
        ours("core.spec"),
        (),
    ),
    "a landscape knows only what a SPEC is made of": (
        ours("landscapes"),
        ours("core.spec"),
        (),
    ),
    "a schedule knows only what a SPEC is made of, and numpy": (
        ours("schedules"),
        ours("core.spec"),
        ("numpy",),
    ),
    "a model knows only what a SPEC and linear models are made of, and numpy": (
        ours("models"),
        ours("core.spec", "core.linear"),
        ("numpy",),
    ),
    "a data set knows only what Data and a SPEC are made of, and numpy": (
        ours("datasets"),
        ours("core.data", "core.points", "core.spec"),
        ("numpy",),
    ),
    "the engine knows core and numba, never Qt or the catalogue": (
        ours("engine"),
        ours("core", "engine"),
        ("numpy", "numba", "llvmlite", "platformdirs"),
    ),
    "explanations know core, never the engine or Qt": (
        ours("explain"),
        ours("core", "explain"),
        ("numpy",),
    ),
    "exporters know core and matplotlib, never engine, views or window": (
        ours("export"),
        ours("core", "export"),
        ("numpy", "matplotlib", "contourpy", "PIL"),
    ),
    "films know core and what draws pictures": (
        ours("animation"),
        ours("core", "export", "animation"),
        ("numpy", "PIL"),
    ),
    "table formats know core": (
        ours("tables"),
        ours("core"),
        ("numpy",),
    ),
    "readers and writers of other tools' surfaces know core": (
        ours("readers", "writers"),
        ours("core", "readers", "writers"),
        ("numpy", "PIL"),
    ),
    "what writes code for elsewhere knows core": (
        ours("handover"),
        ours("core", "handover"),
        ("numpy",),
    ),
    "what reads a person's own parameters knows core, and the library that they are of": (
        ours("frameworks"),
        ours("core", "frameworks"),
        ("numpy", "torch", "jax"),
    ),
    "widgets know core and Qt, never views, window or engine": (
        ours("widgets"),
        ours("core", "widgets"),
        ("numpy", *QT),
    ),
    "views know core, explanations and widgets, never window, engine or each other": (
        ours("views"),
        ours("core", "explain", "widgets", "views.base", "views._*"),
        ("numpy", *QT),
    ),
    "the Python interface and the command line never need the window": (
        ours(
            *("animation_commands", "api", "cli", "commands", "convert_commands", "learning"),
            *("learning_commands", "map_command", "maps", "modelslice", "slicing", "surfaces"),
            *("verification", "watching"),
        ),
        ours(
            *("core", "engine", "export", "tables", "api", "cli", "commands", "gui.app"),
            *("animation", "animation_commands", "convert_commands", "frameworks", "learning"),
            *("learning_commands", "map_command", "maps", "modelslice", "readers", "slicing"),
            *("surfaces", "verification", "watching", "writers", "__version__"),
        ),
        ("numpy",),
    ),
    "the window knows all of ours but the catalogue's files": (
        ours("gui"),
        ours(
            *("core", "engine", "explain", "export", "animation", "tables", "widgets", "views"),
            *("gui", "surfaces"),
        ),
        ("numpy", "platformdirs", "segno", *QT),
    ),
}


@pytest.mark.parametrize("sentence", LAYERS)
def test_layer(sentence: str) -> None:
    who, allowed, libraries = LAYERS[sentence]
    modules = {name: found for name, found in everything().items() if within(name, *who)}
    assert modules
    wrong = [
        f"{name}, line {found.line}: {found.module}"
        for name, each in modules.items()
        for found in each
        if not within(found.module, name, *allowed, *libraries)
        and found.module.split(".")[0] not in sys.stdlib_module_names
        and found.module not in {"explorer", "explorer.__version__"}
    ]
    assert not wrong


def test_every_module_is_in_a_layer() -> None:
    known = [place for who, _, _ in LAYERS.values() for place in who]
    stray = [name for name in everything() if not within(name, *known)]
    assert stray == ["explorer", "explorer.__main__"]


def users(*modules: str) -> dict[str, list[Import]]:
    """Who imports any of the modules, and how."""
    return {
        name: hits
        for name, each in everything().items()
        if (hits := [found for found in each if within(found.module, *modules)])
    }


def test_of_the_window_only_the_worker_knows_the_engine() -> None:
    assert [name for name in users("explorer.engine") if within(name, "explorer.gui")] in (
        [],
        ["explorer.gui.worker"],
    )


def test_the_window_is_started_late_and_by_the_command_line_only() -> None:
    outside = {k: v for k, v in users("explorer.gui").items() if not within(k, "explorer.gui")}
    assert set(outside) <= {"explorer.cli"}
    assert all(found.late for hits in outside.values() for found in hits)


def test_matplotlib_is_imported_late_and_by_exporters_only() -> None:
    hits = users("matplotlib")
    assert all(within(name, "explorer.export") for name in hits)


def test_sympy_is_imported_late_and_where_derivatives_are_taken() -> None:
    hits = users("sympy")
    assert set(hits) == {"explorer.core.algebra", "explorer.core.printer"}
    assert all(found.late for each in hits.values() for found in each)


def test_a_persons_own_libraries_are_imported_late_and_where_their_objects_are_read() -> None:
    hits = users("torch", "jax")
    assert hits
    assert all(within(name, "explorer.frameworks") for name in hits)
    assert all(found.late for each in hits.values() for found in each)


def test_nobody_knows_a_file_of_the_catalogue_by_name() -> None:
    assert not users(*ours(*CATALOGUE))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import numba", [Import("numba", False, 1)]),
        ("def f():\n    from ..engine import runner", [Import("explorer.engine.runner", True, 2)]),
        ("from explorer import run", [Import("explorer.run", False, 1)]),
        (
            "import explorer\nexplorer.run",
            [Import("explorer", False, 1), Import("explorer.run", False, 2)],
        ),
        ("from . import base", [Import("explorer.views.base", False, 1)]),
        ("from .base import View", [Import("explorer.views.base", False, 1)]),
        ("if TYPE_CHECKING:\n    import numpy.typing", [Import("numpy.typing", False, 2)]),
    ],
)
def test_imports_are_seen(source: str, expected: list[Import]) -> None:
    assert imports(source, "explorer.views.map") == expected


def test_imports_of_a_package_are_seen() -> None:
    found = imports("from . import base\nfrom ..core import spec", "explorer.views", package=True)
    assert [i.module for i in found] == ["explorer.views.base", "explorer.core.spec"]


def files(*packages: str) -> list[str]:
    names = []
    for package in packages:
        home = importlib.import_module(f"explorer.{package}")
        names += [
            f"explorer.{package}.{module.name}"
            for module in pkgutil.iter_modules(home.__path__)
            if not module.name.startswith("_") and (package, module.name) != ("views", "base")
        ]
    return names


def test_every_view_has_a_spec_and_a_key_of_its_own() -> None:
    keys = [importlib.import_module(name).SPEC.key for name in files("views")]
    assert keys
    assert len(keys) == len(set(keys))


CATALOGUES = (*CATALOGUE, "animation", "tables", "handover", "readers", "writers")


@pytest.mark.parametrize("name", files(*CATALOGUES))
def test_every_file_of_the_catalogue_has_a_spec_under_its_own_name(name: str) -> None:
    spec = importlib.import_module(name).SPEC
    assert spec.key == name.rpartition(".")[2]
    assert spec.title


def python(program: str) -> None:
    """Run a program in a process of its own; its last words are the test's."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_all_but_the_window_works_without_qt() -> None:
    python(
        """
import importlib, pkgutil, sys
for name in ("PySide6", "shiboken6", "pyqtgraph", "OpenGL"):
    sys.modules[name] = None
PACKAGES = ("core", "engine", "explain", "export", "animation", "tables", "handover", "readers")
for package in (*PACKAGES, "writers", "frameworks"):
    home = importlib.import_module(f"explorer.{package}")
    for module in pkgutil.walk_packages(home.__path__, home.__name__ + "."):
        importlib.import_module(module.name)
import explorer, explorer.api, explorer.cli
from explorer.core.catalog import catalog
assert catalog().optimizers and catalog().landscapes and catalog().schedules
"""
    )


def test_the_first_paint_waits_for_no_numerical_library() -> None:
    python(
        """
import sys
import explorer.gui.app, explorer.gui.launch, explorer.gui.window
from explorer.core import defaults
from explorer.core.catalog import entries
defaults.experiment()
assert len(entries("explorer.views")) >= 7
libraries = {"numpy", "numba", "pyqtgraph", "OpenGL", "matplotlib", "contourpy", "sympy"}
slow = libraries & set(sys.modules)
assert not slow, f"imported before the first paint: {sorted(slow)}"
"""
    )


SKIPPED = {".git", ".venv", "dist", "build", "_resources", "__pycache__"}
ELSEWHERE = re.compile(r"/(?:work|root|home/\w+)/|/tmp/\w")


def text(path: Path) -> str:
    """The text of a file; of a picture, a font or a compiled kernel, nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def project_files() -> list[Path]:
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(
            part in SKIPPED or part.endswith("_cache") or part == ".hypothesis"
            for part in path.relative_to(ROOT).parts
        )
    ]


def test_no_file_names_a_place_that_only_one_machine_has() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in project_files()
        if (match := ELSEWHERE.search(text(path)))
    ]
    assert not found


def test_places_of_one_machine_are_recognised() -> None:
    assert ELSEWHERE.search("see /" + "work/main/x")
    assert ELSEWHERE.search("/" + "tmp/x.png")
    assert not ELSEWHERE.search("https://example.org/framework/x and tmp_path / 'x'")
