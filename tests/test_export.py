"""Pictures in files, read back with other programs' eyes: pixels, XML, and the bytes of a PDF."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from explorer import export
from explorer.core import colormap, compose, embed, files, levels
from explorer.core.errors import InputError
from explorer.core.experiment import Stopping, View
from explorer.core.figure import Field, Figure
from explorer.core.plan import Plan, RunPlan
from explorer.core.spec import Landscape, Optimizer, Point
from explorer.core.trace import StopReason, Trace
from explorer.export import canvas

if TYPE_CHECKING:
    from pathlib import Path

BOUNDS = ((-3.0, 2.0), (-1.0, 3.0))
SESSION = '{"label": "ünï <&> \\"quoted\\" (x) \\\\ 10⁻⁸", "steps": 4}'


def nothing(*_: object) -> None:
    """A kernel that is never run."""


def bowl(x: Any, y: Any) -> Any:
    """No symmetry at all, so that a flipped or swapped axis cannot pass."""
    return (x + 1) ** 2 + 2 * (y - 2) ** 2 + 0.5 * x * (y - 2)


LAND = Landscape("bowl", "Lopsided bowl", nothing, nothing, BOUNDS, (1.5, -0.5), "", "", "")
STEP = Optimizer("walk", "Walk", nothing, 0.1)


def plan(count: int) -> Plan:
    runs = tuple(
        RunPlan(STEP, np.zeros(0), np.full(4, 0.1), np.zeros(0), name, i, visible=True)
        for i, name in enumerate(("GD", "Momentum", "RMSProp", "Adam")[:count])
    )
    minima = (Point((-1.0, 2.0), 0.0),)
    return Plan(
        LAND, np.zeros(0), np.array(LAND.start), runs, 4, 0, 0.0, Stopping(), minima, (), BOUNDS
    )


def trace(end: tuple[float, float], reason: StopReason = "max_steps") -> Trace:
    points = np.linspace(LAND.start, end, 5)
    loss = bowl(*points.T)
    return Trace(points, loss, 2 * loss, np.full(4, 0.1), {}, reason, 4)


def field(surface: Any = bowl) -> Field:
    x, y = np.linspace(*BOUNDS[0], 161), np.linspace(*BOUNDS[1], 141)
    return Field(x, y, surface(*np.meshgrid(x, y)))


FIELD = field()
LEVELS = levels.choose(FIELD.z, "log", 0.0)
TRACES = (
    trace((-1, 2)),
    trace((-2.5, 2.5), "loss_change"),
    trace((1, 1), "diverged"),
    trace((0.9, 1.1), "gradient_norm"),
)


def figure(kind: Any = ("contour", "curves"), count: int = 4, step: int = 3) -> Figure:
    return compose.figure(plan(count), FIELD, LEVELS, TRACES[:count], step, View(), kind)


def wordy(kind: Any) -> Figure:
    """A figure whose caption takes several lines."""
    drawn = figure(kind)
    return replace(drawn, caption=3 * (drawn.caption + " "))


def bare(grid: Field, scale: Any, colours: str = "viridis") -> Figure:
    """A map with nothing on it but its start."""
    return compose.figure(plan(0), grid, scale, (), 0, View(colormap=colours), "contour")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def longest(flags: np.ndarray) -> tuple[int, int]:
    """The longest run of true flags, as (first, one past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    starts, ends = edges[::2], edges[1::2]
    widest = int(np.argmax(ends - starts))
    return int(starts[widest]), int(ends[widest])


def found_map(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the map: the large area that is not paper."""
    inked = (picture != 255).any(axis=2)
    left, right = longest(inked.mean(axis=0) > 0.5)
    top, bottom = longest(inked[:, left:right].mean(axis=1) > 0.9)
    return left, top, right, bottom


@pytest.mark.parametrize("colours", colormap.NAMES)
def test_pixels_have_the_colour_of_the_loss_there(tmp_path: Path, colours: str) -> None:
    path = tmp_path / "map.png"
    export.write(bare(FIELD, LEVELS, colours), path)
    picture = pixels(path)
    left, top, right, bottom = found_map(picture)
    assert (right - left) / (bottom - top) == pytest.approx(5 / 4, rel=0.005)
    table = colormap.lut(colours).astype(int)
    dots = np.random.default_rng(1).uniform((-2.9, -0.9), (1.9, 2.9), (4000, 2))
    wrong_side, checked = 0, 0
    for x, y in dots.tolist():
        place = levels.band(LEVELS, np.array([bowl(x, y)]))[0] % 1
        near_mark = min(np.hypot(x - 1.5, y + 0.5), np.hypot(x + 1, y - 2)) < 0.4
        if not 0.4 < place < 0.6 or near_mark:
            continue
        below = sum(v <= bowl(x, y) for v in LEVELS.values)
        tint = table[round(below / len(LEVELS.values) * 255)]
        column = round(left + (x + 3) / 5 * (right - left) - 0.5)
        row = round(bottom - (y + 1) / 4 * (bottom - top) - 0.5)
        assert np.abs(picture[row, column] - tint).max() <= 1
        flipped = top + bottom - 1 - row
        wrong_side += bool(np.abs(picture[flipped, column] - tint).max() > 4)
        checked += 1
    assert checked > 300
    # upside down, most would differ: the test can tell
    assert wrong_side > 0.6 * checked


@pytest.mark.parametrize("axis", [0, 1])
def test_bands_end_where_the_level_is(tmp_path: Path, axis: int) -> None:
    grid = field(lambda x, y: (x, y)[axis] + 0 * x)
    scale = levels.choose(grid.z, "linear", None)
    path = tmp_path / "slope.png"
    export.write(bare(grid, scale), path)
    picture = pixels(path)
    left, top, right, bottom = found_map(picture)
    across, up = picture[top + 30, left:right], picture[top:bottom, left + 30][::-1]
    line = up if axis else across
    low, high = BOUNDS[axis]
    tints = colormap.colours("viridis", len(scale.values)).astype(int)
    exact = np.abs(line[:, None] - tints[None]).max(axis=2) <= 1
    for band, level in enumerate(scale.values.tolist()):
        # the iso-line itself tints a pixel or two between the bands
        before = np.flatnonzero(exact[:, band]).max()
        after = np.flatnonzero(exact[:, band + 1]).min()
        assert 0 < after - before <= 4
        crossing = (level - low) / (high - low) * len(line)
        assert (before + after + 1) / 2 == pytest.approx(crossing, abs=1.1)


def test_the_colour_bar_has_bands_of_equal_height(tmp_path: Path) -> None:
    path = tmp_path / "bar.png"
    export.write(bare(FIELD, LEVELS), path)
    picture = pixels(path)
    _, _, right, bottom = found_map(picture)
    tints = colormap.colours("viridis", len(LEVELS.values)).astype(int)
    beside = picture[:bottom, right + 5 :]
    match = (np.abs(beside[:, :, None] - tints[None, None]).max(axis=3) <= 1).any(axis=2)
    column = int(match.sum(axis=0).argmax())
    strip = beside[match[:, column], column][::-1]
    kinds = np.abs(strip[:, None] - tints[None]).sum(axis=2).argmin(axis=1)
    heights = np.bincount(kinds, minlength=len(tints))
    assert np.ptp(heights) <= 2
    assert (np.diff(kinds) >= 0).all()


def test_runs_are_drawn_in_their_colours_and_places(tmp_path: Path) -> None:
    path = tmp_path / "runs.png"
    export.write(figure("contour", count=1, step=3), path)
    picture = pixels(path)
    left, top, right, bottom = found_map(picture)
    blue = np.array([0x56, 0xB4, 0xE9])
    for part in (0.3, 0.5):
        x, y = np.array(LAND.start) + part * (np.array([-1, 2]) - LAND.start)
        column = round(left + (x + 3) / 5 * (right - left) - 0.5)
        row = round(bottom - (y + 1) / 4 * (bottom - top) - 0.5)
        assert np.abs(picture[row, column] - blue).max() <= 2
        # past the head there is no line
    x, y = np.array(LAND.start) + 0.9 * (np.array([-1, 2]) - LAND.start)
    column = round(left + (x + 3) / 5 * (right - left) - 0.5)
    row = round(bottom - (y + 1) / 4 * (bottom - top) - 0.5)
    assert np.abs(picture[row, column] - blue).max() > 20


@pytest.mark.parametrize(
    ("size", "dpi"),
    [((1920, 1080), 144), ((1920, 1080), 97.3), ((500, 701), 300), ((999, 333), 72)],
)
def test_png_has_exactly_the_size_asked_for(
    tmp_path: Path, size: tuple[int, int], dpi: float
) -> None:
    path = tmp_path / "size.png"
    export.write(figure(), path, size=size, dpi=dpi)
    with Image.open(path) as picture:
        assert picture.size == size


@pytest.mark.parametrize("kind", [*compose.KINDS[::2], "side-by-side"])
@pytest.mark.parametrize("palette", export.PALETTES)
def test_every_kind_and_palette_draws(tmp_path: Path, kind: Any, palette: str) -> None:
    path = tmp_path / "kind.png"
    chosen = export.palette(palette)
    export.write(figure(kind), path, size=(900, 600), palette=chosen)
    picture = pixels(path)
    paper = [int(chosen.paper[i : i + 2], 16) for i in (1, 3, 5)]
    assert picture[0, 0].tolist() == paper
    assert 0.05 < (picture != paper).any(axis=2).mean() < 0.95


def test_a_surface_is_drawn_by_the_renderer_it_is_given(tmp_path: Path) -> None:
    asked = []

    def render(scene: Any, width: int, height: int, **how: Any) -> np.ndarray:
        asked.append((width, height, scene.bands, sorted(how)))
        picture = np.full((height, width, 4), 255, np.uint8)
        # red above, green below
        picture[: height // 2] = (255, 0, 0, 255)
        picture[height // 2 :] = (0, 255, 0, 255)
        return picture

    path = tmp_path / "surface.png"
    export.write(figure("surface"), path, render=render)
    width, height, bands, how = asked[0]
    assert bands == len(LEVELS.values)
    assert how == ["background", "ink", "lut", "scale"]
    picture = pixels(path)
    red = (picture == (255, 0, 0)).all(axis=2)
    green = (picture == (0, 255, 0)).all(axis=2)
    # to the pixel, but for the texts on it
    assert red.sum() + green.sum() == pytest.approx(width * height, rel=0.02)
    assert np.flatnonzero(red.any(axis=1)).max() < np.flatnonzero(green.any(axis=1)).min()
    with pytest.raises(InputError, match="renderer"):
        export.write(figure("surface"), tmp_path / "none.png")


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_session_comes_back_and_bytes_repeat(tmp_path: Path, suffix: str) -> None:
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    for path in (first, second):
        export.write(figure(), path, size=(900, 600), session=SESSION)
    assert first.read_bytes() == second.read_bytes()
    assert embed.session_in(first.read_bytes()) == SESSION
    export.write(figure(), first, size=(900, 600))
    assert embed.session_in(first.read_bytes()) is None


def test_png_metadata_is_where_other_programs_look(tmp_path: Path) -> None:
    path = tmp_path / "meta.png"
    drawn = figure()
    export.write(drawn, path, session=SESSION, dpi=144)
    with Image.open(path) as picture:
        assert picture.info["Title"] == drawn.title
        assert picture.info["Description"] == drawn.caption
        assert picture.info["Software"] == "Loss Landscape Explorer"
        assert picture.info["Loss Landscape Explorer session"] == SESSION
        assert picture.info["dpi"] == pytest.approx((144, 144), abs=0.1)


def test_svg_texts_are_text(tmp_path: Path) -> None:
    path = tmp_path / "paper.svg"
    drawn = figure()
    export.write(drawn, path, session=SESSION)
    root = ElementTree.fromstring(path.read_bytes())
    name = "{http://www.w3.org/2000/svg}"
    texts = list(root.iter(f"{name}text"))
    words = ["".join(t.itertext()).strip() for t in texts]
    for expected in (drawn.title, "GD", "Momentum", "loss", "step", "x", "y", "−2", "10"):
        assert expected in words
    assert all("Inter" in t.get("style", "") for t in texts)
    assert root.findtext(f"{name}desc") == drawn.caption
    assert root.findtext(f"{name}title") == drawn.title
    assert (root.get("width"), root.get("viewBox")) == ("960.005pt", "0 0 960.005 540.005")
    session = root.find(f"{name}metadata/{{{embed.NAMESPACE}}}session")
    assert session is not None
    assert session.text == SESSION


def pdf_words(data: bytes) -> str:
    """The texts shown in a PDF's streams, joined: enough of the format for what we write."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            plain = zlib.decompress(stream)
        except zlib.error:
            continue
        for shown in re.findall(rb"(\((?:\\.|[^\\)])*\)\s*Tj|\[(?:\\.|[^\]])*\]\s*TJ)", plain):
            pieces = re.findall(rb"\(((?:\\.|[^\\)])*)\)", shown)
            # two bytes a letter, which for plain letters are its code
            joined = b"".join(pieces).replace(b"\\", b"").replace(b"\0", b"")
            found.append(joined.decode("latin-1"))
    return "\n".join(found)


def test_pdf_has_its_fonts_inside_and_its_text_as_text(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    drawn = figure()
    export.write(drawn, path, session=SESSION)
    data = path.read_bytes()
    names = set(re.findall(rb"/FontName /(\S+)", data))
    assert names
    assert all(b"Inter" in n for n in names)
    assert len(re.findall(rb"/FontFile2 ", data)) == len(
        re.findall(rb"/Type /FontDescriptor", data)
    )
    assert b"/ToUnicode" in data
    assert b"/Type3" not in data
    words = pdf_words(data)
    for expected in ("Lopsided bowl, start (1.5, ", "Momentum", "RMSProp"):
        assert expected in words
    assert b"/Title" in data
    assert b"CreationDate" not in data
    if tool := shutil.which("pdftotext"):
        text = subprocess.run([tool, path, "-"], capture_output=True, check=True, text=True).stdout
        assert drawn.title in text
        assert "Momentum" in text


def test_nothing_is_drawn_outside_the_page() -> None:
    for size in ((1920, 1080), (700, 900), (480, 360)):
        request = export.Request(size=size)
        for kind in (("contour", "curves"), "side-by-side", "curves"):
            with canvas.drawn(wordy(kind), request) as picture:
                picture.canvas.draw()
                for axes in picture.axes:
                    for text in axes.texts:
                        box = text.get_window_extent()
                        assert box.x0 >= -1, text.get_text()
                        assert box.y0 >= -1, text.get_text()
                        assert box.x1 <= size[0] + 1, text.get_text()
                        assert box.y1 <= size[1] + 1, text.get_text()


def test_no_two_texts_run_into_each_other() -> None:
    for kind in (("contour", "curves"), "side-by-side", "curves"):
        with canvas.drawn(wordy(kind), export.Request()) as picture:
            picture.canvas.draw()
            texts = [(t.get_text(), t.get_window_extent()) for t in picture.axes[0].texts]
        for i, (one, a) in enumerate(texts):
            for other, b in texts[:i]:
                across = min(a.x1, b.x1) - max(a.x0, b.x0)
                along = min(a.y1, b.y1) - max(a.y0, b.y0)
                assert across <= 0 or along <= 0.4 * min(a.height, b.height), (kind, one, other)


def left_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "old.png"
    path.write_bytes(b"old")

    def full(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputError, match=r"old\.png: the disk is full") as caught:
        files.replace_file(path, full)
    assert "\n" not in str(caught.value)
    with pytest.raises(ZeroDivisionError):
        files.replace_file(path, lambda _: 1 // 0)
    assert path.read_bytes() == b"old"
    assert left_in(tmp_path) == ["old.png"]


def test_a_file_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path) -> None:
    drawn = figure()
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").write_text("")
    for path, reason in (
        (tmp_path / "missing" / "a.png", "the folder does not exist"),
        (tmp_path / "folder.png", "it is a folder"),
        (tmp_path / "file" / "a.png", "not a folder"),
        (tmp_path / ("x" * 300 + ".png"), "name is too long"),
    ):
        with pytest.raises(InputError, match=reason) as caught:
            export.write(drawn, path, size=(200, 200))
        assert str(path) in str(caught.value)
    denied = PermissionError(errno.EACCES, "Permission denied")
    assert files.reason(denied) == "no permission"
    assert left_in(tmp_path) == ["file", "folder.png"]


def test_replacing_keeps_permissions_and_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    files.replace_file(link, lambda stream: stream.write(b"new"))
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("name", "how", "said"),
    [
        ("a.jpg", {}, r"\.jpg.*\.pdf, \.png, \.svg"),
        ("a", {}, r"without a file type.*\.png"),
        ("a.png", {"size": (10, 100)}, "width=10.*64 to"),
        ("a.png", {"size": (100, 10**6)}, "height=1000000"),
        ("a.png", {"dpi": 0.0}, "dpi=0"),
        ("a.png", {"text_size": 1000.0}, "text_size=1000"),
    ],
)
def test_a_wrong_request_is_refused(tmp_path: Path, name: str, how: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        export.write(figure(), tmp_path / name, **how)
    assert left_in(tmp_path) == []


def test_formats_are_found() -> None:
    found = export.formats()
    assert set(found) >= {".png", ".svg", ".pdf"}
    assert [found[s].vector for s in (".pdf", ".png", ".svg")] == [True, False, True]
    with pytest.raises(InputError, match="light"):
        export.palette("lihgt")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 40,
    ],
)
def test_damaged_pictures_have_no_session(data: bytes) -> None:
    assert embed.session_in(data) is None
