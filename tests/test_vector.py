"""PDF and SVG as other programs read them: text as text, fonts inside, one image, our picture."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import figure
from PIL import Image

from explorer import export
from explorer.core.paths import resource
from explorer.engine.raster import renderer

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (800, 500)
ALL = ("contour", "surface", "curves")
KINDS = ["side-by-side", "curves", ALL]


def run(tool: str, *arguments: Any, **settings: Any) -> str:
    """What a program of this machine prints; without it the test is skipped."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(
        [tool, *map(str, arguments)], capture_output=True, check=True, text=True, **settings
    )
    return done.stdout


def write(path: Path, kind: Any, **how: Any) -> Any:
    drawn = figure(kind)
    settings = {"size": SIZE, "dpi": 96, "render": renderer("#FFFFFF", "#5A6371"), **how}
    export.write(drawn, path, **settings)
    return drawn


def images(data: bytes) -> list[tuple[int, int]]:
    """Width and height of the images in a PDF, but for masks."""
    found = []
    for head in re.findall(rb"<<(?:[^<>]|<<[^<>]*>>)*/Subtype /Image(?:[^<>]|<<[^<>]*>>)*>>", data):
        sizes = [int(re.search(rb"/%s (\d+)" % name, head)[1]) for name in (b"Width", b"Height")]  # type: ignore[index]
        if b"/DeviceGray" not in head:
            found.append((sizes[0], sizes[1]))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_poppler_reads_text_and_fonts(tmp_path: Path, kind: Any) -> None:
    path = tmp_path / "figure.pdf"
    drawn = write(path, kind)
    text = " ".join(run("pdftotext", path, "-").split())
    assert drawn.title in text
    # the caption is broken into lines, which are told apart by a blank at most
    for sentence in re.findall(
        r"[^.]*seed 0, no noise|Loss Landscape Explorer [\d.]*\d", drawn.caption
    ):
        assert sentence in text
    for row in drawn.legend:
        assert row.label in text
    for tick in ("3", "step") if kind == "curves" else ("−2", "1", "y"):
        assert tick in text.split()
    head, _, *fonts = run("pdffonts", path).splitlines()
    column = head.index("emb")
    assert fonts
    for font in fonts:
        assert re.match(r"[A-Z]{6}\+Inter-", font)
        assert font[column:].split()[:3] == ["yes", "yes", "yes"]


@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("kind", ["contour", ALL])
def test_the_surface_is_in_a_pdf_once(tmp_path: Path, kind: Any, transparent: bool) -> None:
    path = tmp_path / "figure.pdf"
    write(path, kind, transparent=transparent)
    surfaces = 1 if "surface" in kind else 0
    assert len(images(path.read_bytes())) == surfaces
    listed = [line.split()[2] for line in run("pdfimages", "-list", path).splitlines()[2:]]
    # what is transparent has a mask beside it
    assert listed == ["image", "smask"][: 1 + transparent] * surfaces


def test_a_pdf_has_the_size_asked_for_and_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "figure.pdf"
    width, height = SIZE
    draw, asked = renderer("#FFFFFF", "#5A6371"), []

    def render(scene: Any, wide: int, high: int, **how: Any) -> Any:
        asked.append((wide, high))
        return draw(scene, wide, high, **how)

    write(path, "surface", dpi=300, render=render)
    data = path.read_bytes()
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", data)
    assert box is not None
    assert [float(v) for v in box.groups()] == pytest.approx(
        [width * 72 / 300, height * 72 / 300], abs=0.01
    )
    shown = re.search(r"Page size: +([\d.]+) x ([\d.]+)", run("pdfinfo", path))
    assert shown is not None
    assert [float(v) for v in shown.groups()] == pytest.approx([192.0, 120.0], abs=0.01)
    # the picture of the surface is in it pixel for pixel, at twice the page's resolution
    assert images(data) == asked
    (line,) = run("pdfimages", "-list", path).splitlines()[2:]
    assert [float(v) for v in line.split()[12:14]] == pytest.approx([600, 600], abs=2)


def rendered(svg: Path, png: Path, folder: Path) -> np.ndarray:
    """An SVG as librsvg draws it with the shipped fonts."""
    fonts = folder / "fonts.conf"
    fonts.write_text(
        f"<fontconfig><dir>{resource('fonts')}</dir><cachedir>{folder}</cachedir></fontconfig>"
    )
    width, height = SIZE
    run("rsvg-convert", "-w", width, "-h", height, "-b", "white", "-o", png, svg,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)})  # fmt: skip
    with Image.open(png) as picture:
        return np.asarray(picture.convert("RGB"), float)


def blurred(pixels: np.ndarray) -> np.ndarray:
    """The means of blocks of 4 x 4 pixels, in which letters a third of a pixel off are alike."""
    high, wide = pixels.shape[0] // 4, pixels.shape[1] // 4
    cut = pixels[: 4 * high, : 4 * wide]
    return cut.reshape(high, 4, wide, 4, 3).mean(axis=(1, 3))


@pytest.mark.parametrize("kind", KINDS)
def test_librsvg_draws_what_the_png_shows(
    tmp_path: Path, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explorer.export import canvas

    # drawings leave room for wider fonts; here the same lines are to be compared
    monkeypatch.setattr(canvas, "_SAFE", 1.0)
    svg, png = tmp_path / "figure.svg", tmp_path / "figure.png"
    drawn = write(svg, kind)
    write(png, kind)
    theirs = rendered(svg, tmp_path / "theirs.png", tmp_path)
    with Image.open(png) as picture:
        ours = np.asarray(picture.convert("RGB"), float)
    assert theirs.shape == ours.shape
    off = np.abs(blurred(theirs) - blurred(ours)).max(axis=2)
    assert off.mean() < 1.5
    assert np.quantile(off, 0.99) < 45  # edges on whole pixels or not
    # upside down or mirrored it is another picture
    for other in (theirs[::-1], theirs[:, ::-1]):
        assert np.abs(blurred(other) - blurred(ours)).mean() > 5
    words = "".join(ElementTree.fromstring(svg.read_bytes()).itertext())
    assert drawn.title in words
    assert not re.search(r'id="Inter-', svg.read_text())  # no letters as outlines


def test_a_transparent_page_has_no_paper(tmp_path: Path) -> None:
    svg, png = tmp_path / "figure.svg", tmp_path / "figure.png"
    write(svg, "contour", transparent=True)
    write(png, ("contour", "surface"), transparent=True)
    with Image.open(png) as picture:
        alpha = np.asarray(picture.convert("RGBA"))[..., 3]
    assert alpha[0, 0] == 0
    assert 0.2 < (alpha == 255).mean() < 0.8
    assert alpha[200, 150] == 255  # the map
    root = ElementTree.fromstring(svg.read_bytes())
    name = "{http://www.w3.org/2000/svg}"
    first = next(g for g in root.iter(f"{name}g") if g.get("id") == "patch_1")
    assert "fill: none" in (first[0].get("style") or "")
