"""What is shipped is complete, found wherever the program runs from, and set up by the scripts."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import explorer
from explorer.core import paths
from explorer.core.paths import resource

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SCRIPTS = ("packaging/run", "packaging/test", "packaging/setup.sh", ".ci/run")
FONTS = sorted((ROOT / "resources/fonts").glob("*.ttf"))
ICONS = sorted((ROOT / "resources/icons").glob("*.svg"))
# All that formulas, axes, tables and buttons write, besides ASCII.
CHARACTERS = (
    "∇‖∥∂∈∑∏∫∝≈≠≡≤≥±−×÷·⋅∞√∘⊙⌊⌋⟨⟩…–—‘’“”•′°% "
    "αβγδεζηθικλμνξπρστυφχψωϵϕΔΣΠΩΘΛℝ"
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵗᵏᵀ₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₜ"
    "←→↑↓↔⇒↦★☆●○◎■□▲△▼▽▶◀▸◂▴▾◆◇✓✕✖\u0302\u0303\u0304\u2009\u202f\u00a0"
)


@pytest.fixture
def searched_anew():
    paths._root.cache_clear()
    yield
    paths._root.cache_clear()


def test_a_resource_is_found_in_a_checkout() -> None:
    assert resource("icons", "play.svg").is_file()
    assert resource("fonts/Inter-Regular.ttf").is_file()


@pytest.mark.usefixtures("searched_anew")
def test_a_resource_is_found_in_a_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "explorer/_resources/fonts").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("fonts") == tmp_path / "explorer/_resources/fonts"


@pytest.mark.usefixtures("searched_anew")
def test_missing_resources_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "explorer")
    with pytest.raises(FileNotFoundError, match="_resources"):
        resource("fonts")


def test_the_wheel_runs_without_a_checkout(tmp_path: Path) -> None:
    built = next(iter(WheelBuilder(str(ROOT)).build(directory=str(tmp_path))))
    with zipfile.ZipFile(built) as wheel:
        names = set(wheel.namelist())
        wheel.extractall(tmp_path / "site")
    for file in (ROOT / "resources").rglob("*"):
        if file.is_file():
            assert f"explorer/_resources/{file.relative_to(ROOT / 'resources').as_posix()}" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "explorer",
        "loss_landscape_explorer",
    }
    assert any(n.endswith("share/applications/org.losslandscape.Explorer.desktop") for n in names)
    program = "from explorer.core.paths import resource; print(resource('icons', 'play.svg'))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "site",
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "site/explorer/_resources/icons/play.svg"


def test_the_source_archive_holds_the_project_and_nothing_else(tmp_path: Path) -> None:
    built = next(iter(SdistBuilder(str(ROOT)).build(directory=str(tmp_path))))
    with tarfile.open(built) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "packaging/run", "tests/conftest.py"} <= names
    tops = {name.split("/")[0] for name in names}
    assert tops <= {
        *("explorer", "packaging", "resources", "tests"),
        *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"),
        *("pyproject.toml", "PKG-INFO", ".gitignore"),
    }


@pytest.mark.parametrize("font", FONTS, ids=lambda path: path.stem)
def test_a_font_has_every_character_the_program_writes(font: Path) -> None:
    table = TTFont(font)
    known = table.getBestCmap()
    needed = {*CHARACTERS, *map(chr, range(0x20, 0x7F))}
    assert sorted(c for c in needed if ord(c) not in known) == []
    features = {record.FeatureTag for record in table["GSUB"].table.FeatureList.FeatureRecord}
    assert "tnum" in features


def test_the_weights_of_the_design_are_shipped() -> None:
    weights = {
        (TTFont(f)["OS/2"].usWeightClass, bool(TTFont(f)["head"].macStyle & 2)) for f in FONTS
    }
    assert weights == {(400, False), (500, False), (600, False), (400, True)}


@pytest.mark.parametrize("icon", ICONS, ids=lambda path: path.stem)
def test_an_icon_is_drawn_on_the_common_grid(icon: Path) -> None:
    root = ET.parse(icon).getroot()
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "2"


def test_every_icon_that_the_code_names_is_shipped() -> None:
    named = {
        (path.name, call.args[0].value)
        for path in (ROOT / "explorer").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in {"icon", "pixmap"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
    shipped = {path.stem for path in ICONS}
    assert sorted((file, name) for file, name in named if name not in shipped) == []


def test_licences_stand_beside_what_they_cover() -> None:
    for name in ("fonts/Inter-OFL.txt", "fonts/Noto-OFL.txt", "icons/Lucide-LICENSE.txt"):
        assert resource(name).stat().st_size > 1000


def test_the_desktop_starts_a_command_that_exists() -> None:
    folder = ROOT / "packaging/linux"
    desktop = (folder / "org.losslandscape.Explorer.desktop").read_text(encoding="utf-8")
    command = re.search(r"^Exec=(\S+)", desktop, re.MULTILINE)
    assert command is not None
    assert command.group(1) in PROJECT["scripts"]
    meta = ET.parse(folder / "org.losslandscape.Explorer.metainfo.xml").getroot()
    assert meta.findtext("provides/binary") == command.group(1)
    release = meta.find("releases/release")
    assert release is not None
    assert release.get("version") == PROJECT["version"]


def test_the_version_is_the_same_everywhere() -> None:
    assert explorer.__version__ == PROJECT["version"]


def test_the_package_starts_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "explorer", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == PROJECT["version"]


def test_the_dependencies_are_what_the_code_imports() -> None:
    imported = {
        name.split(".")[0]
        for path in (ROOT / "explorer").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    owners = importlib.metadata.packages_distributions()
    # torch and jax are asked for only by whoever hands in their objects, and so has them
    libraries = imported - set(sys.stdlib_module_names) - {"explorer", "torch", "jax"}
    needed = {canonicalize_name(owners[name][0]) for name in libraries}
    declared = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    # shiboken6 is PySide6's own other half and comes with it, in the version it needs.
    assert needed - {"shiboken6"} == declared


def pinned() -> dict[str, str]:
    lines = (ROOT / "packaging/constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def test_every_package_that_gets_installed_is_pinned() -> None:
    pins = pinned()
    extras = [r for group in PROJECT["optional-dependencies"].values() for r in group]
    waiting = [Requirement(text) for text in [*PROJECT["dependencies"], *extras]]
    seen = set()
    while waiting:
        need = waiting.pop()
        name = canonicalize_name(need.name)
        if name in seen or name == PROJECT["name"]:
            continue
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        seen.add(name)
        assert name in pins, f"{name} is not in packaging/constraints.txt"
        assert need.specifier.contains(pins[name])
        try:
            waiting += map(Requirement, importlib.metadata.requires(name) or [])
        except importlib.metadata.PackageNotFoundError:
            # the linters need not be there to run the tests
            assert name in {"mypy", "ruff"}
    assert seen >= {"pyside6-essentials", "shiboken6", "llvmlite", "pytest"}


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for bash")
class TestScripts:
    @pytest.mark.parametrize("script", SCRIPTS)
    def test_a_script_is_well_formed(self, script: str) -> None:
        subprocess.run(["bash", "-n", ROOT / script], check=True)
        assert os.access(ROOT / script, os.X_OK) != script.endswith(".sh")

    @pytest.fixture(autouse=True)
    def elsewhere(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("LOSS_EXPLORER_VENV", str(tmp_path))

    def shell(self, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                "bash",
                "-euc",
                f'. "{ROOT}/packaging/setup.sh"; python="{sys.executable}"\n{program}',
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )

    @pytest.mark.parametrize(
        ("column", "command"),
        [
            (2, "sudo apt-get install one1 two2\n"),
            (3, "sudo dnf install one two\n"),
            (4, "sudo pacman -S --needed one-arch\n"),
            (5, "sudo zypper install one1 two2\n"),
        ],
    )
    def test_without_rights_the_missing_libraries_are_named(
        self, column: int, command: str
    ) -> None:
        done = self.shell(
            f"""
            libraries='libnone1.so.1 one1 one one-arch one1
            libc.so.6 c6 c c c
            libnone2.so.2 two2 two one-arch two2'
            id() {{ echo 1000; }}
            uname() {{ echo Linux; }}
            package_column() {{ echo {column}; }}
            apt-cache() {{ return 1; }}
            system_packages
            """
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.endswith(command)
        assert done.stdout == ""

    def test_root_on_debian_gets_only_what_is_missing(self, tmp_path: Path) -> None:
        done = self.shell(
            f"""
            libraries='libnone1.so.1 old1|old1t64 - - -
            libc.so.6 c6 - - -'
            id() {{ echo 0; }}
            uname() {{ echo Linux; }}
            package_column() {{ echo 2; }}
            apt-cache() {{ [ "$2" = old1t64 ]; }}
            apt-get() {{ echo "$@" >>"{tmp_path}/calls"; }}
            system_packages
            """,
            LOSS_EXPLORER_NO_SYSTEM="",
        )
        assert done.returncode == 0, done.stderr
        calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
        assert [call.split()[-1] for call in calls] == ["old1t64"]

    def test_a_python_that_is_too_old_is_refused_in_one_line(self) -> None:
        done = self.shell("find_python", PYTHON="/bin/false")
        assert done.returncode == 1
        assert done.stderr == "PYTHON=/bin/false is not Python 3.11 or later.\n"

    def test_no_python_at_all_is_said_in_one_line(self) -> None:
        done = self.shell("suits() { return 1; }; find_python", PYTHON="")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "Python 3.11 or later was not found" in done.stderr
