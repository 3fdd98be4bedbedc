"""Pictures as files: their formats, what is embedded in them, and how they are written."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree import ElementTree

import pytest
from pictures import SESSION, figure, wordy
from PIL import Image

from explorer import export
from explorer.core import embed, files
from explorer.core.errors import InputError
from explorer.export import canvas

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_type_that_leaves_no_room_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    with pytest.raises(InputError) as caught:
        export.write(figure(), path, size=(100, 100), dpi=144, text_size=15)
    assert str(caught.value) == "size=100x100: no room for type of 15 points at 144 dpi"
    assert left_in(tmp_path) == []


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
