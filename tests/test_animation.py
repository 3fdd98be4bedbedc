"""Films in files, read back by other programs: each picture is its step's still."""

from __future__ import annotations

import errno
import importlib
import io
import json
import shutil
import subprocess
import weakref
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pictures import SESSION
from pictures import figure as made_up
from PIL import Image

from explorer import animation, export
from explorer.animation import Cancelled, Film, Shot, Timing
from explorer.cli import main
from explorer.core import compose, defaults, embed
from explorer.core.errors import InputError
from explorer.core.experiment import Experiment, Penalty, Run, View
from explorer.core.request import Request as Ask
from explorer.core.sessionfile import read
from explorer.engine import answer
from explorer.engine.raster import renderer
from explorer.export.format import Request
from explorer.export.moving import Moving
from explorer.export.text import type_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from explorer.core.figure import Figure

SIZE = (480, 300)
PALETTE = export.palette("light")
RENDER = renderer(PALETTE.paper, PALETTE.muted)
VIDEO = [".mp4", ".webm"]
FILES = [*VIDEO, ".gif", ".apng"]
# Five pictures a second for two seconds, over four steps, and the last for one more.
TIMING = Timing(5, 2, 1)
COUNT, SECONDS = 15, 3.0
# Of a video: the mean difference of a picture from its still, in 255ths.
NEAR = 2.5


def still(figure: Figure, size: tuple[int, int] = SIZE) -> np.ndarray:
    """The exported picture of a step: (height, width, 3)."""
    made = io.BytesIO()
    export.formats()[".png"].write(figure, Request(size, 144, PALETTE, None, RENDER), made)
    return np.asarray(Image.open(made).convert("RGB")).astype(int)


def answered(experiment: Experiment) -> Callable[[int, Any], Figure]:
    """What draws a step of an experiment."""
    result = answer.answer_once(Ask(experiment))

    def figure(step: int, kind: Any) -> Figure:
        return compose.figure(
            result.plan, result.field, result.levels, result.traces, step, experiment.view, kind,
            result.regular, result.overlays, 0,
        )  # fmt: skip

    return figure


ROSENBROCK = replace(defaults.experiment("rosenbrock"), steps=40)
LAID = View(
    field="arrows", quadratic=True, unstable=True, section="line", path_colour="loss",
    line=((-1.0, -1.0), (1.0, 2.0)),
)  # fmt: skip
EXPERIMENTS = {
    "several kinds": (ROSENBROCK, ("surface", "contour", "curves"), (3, 4, 17)),
    # the note of a run that leaves takes a line, and all below moves
    "one diverges": (
        replace(ROSENBROCK, runs=(Run("adam", 0.1), Run("sgd", 0.5))),
        ("contour", "curves"),
        (1, 2, 3, 4),
    ),
    "much laid over": (
        replace(ROSENBROCK, view=LAID, penalty=Penalty(l2=0.1)), "contour", (1, 9, 10)
    ),
    "one dimension": (
        replace(defaults.experiment("parabola"), view=View(path_colour="rate")),
        ("contour", "curves"),
        (5, 6, 7),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_picture_that_moves_is_its_still_bit_for_bit(name: str) -> None:
    experiment, kind, steps = EXPERIMENTS[name]
    figure = answered(experiment)
    stills = [still(figure(step, kind)) for step in steps]
    with type_settings():
        moving = Moving(Request(SIZE, 144, PALETTE, None, RENDER))
        for step, expected in zip(steps, stills, strict=True):
            picture = moving.draw(figure(step, kind))
            assert picture.shape == (SIZE[1], SIZE[0], 4)
            assert (picture[..., 3] == 255).all()
            assert np.array_equal(picture[..., :3], expected), step
    # they do differ, so the test can tell
    assert all((a != b).any() for a, b in pairwise(stills))


def test_what_stays_is_drawn_a_few_times_only() -> None:
    figure = answered(ROSENBROCK)
    painted: list[int] = []
    with type_settings():
        moving = Moving(Request(SIZE, 144, PALETTE))
        for step in range(2, 10):
            moving.draw(figure(step, ("contour", "curves")))
            painted.append(len(moving._before) - len(moving._ground))
    assert moving.grounds <= 5
    # contours, scales, bar and caption are not among what every picture draws again
    assert max(painted[2:]) < 0.7 * len(moving._before)


@pytest.mark.parametrize(
    ("timing", "last", "expected"),
    [
        (Timing(4, 1, 0.5), 3, ((0, 1), (1, 1), (2, 1), (3, 3))),
        (Timing(4, 1, 0), 1, ((0, 2), (1, 2))),
        (Timing(2, 2, 0), 300, ((0, 1), (100, 1), (200, 1), (300, 1))),
        (Timing(10, 0.1, 0), 7, ((7, 1),)),
        (Timing(3, 1, 1), 0, ((0, 6),)),
    ],
)
def test_steps_are_spread_over_the_duration(
    timing: Timing, last: int, expected: tuple[tuple[int, int], ...]
) -> None:
    shots = timing.shots(last)
    assert tuple((shot.step, shot.count) for shot in shots) == expected
    assert sum(shot.count for shot in shots) == timing.count
    assert timing.seconds == pytest.approx(float(timing.count / timing.exact_rate))


@pytest.mark.parametrize(
    "wrong", [{"rate": 0.5}, {"rate": float("nan")}, {"duration": 0}, {"hold": -1}, {"hold": 1e9}]
)
def test_a_timing_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match=r"must be a number from \d"):
        Timing(**wrong)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same film in every format."""
    folder = tmp_path_factory.mktemp("films")
    for name in [*(f"film{suffix}" for suffix in FILES), "pictures/"]:
        animation.animate(
            lambda step: made_up(("contour", "curves"), step=step), f"{folder}/{name}", 4, TIMING,
            session=lambda step: SESSION.replace("4}", f"{step}}}"), told=lambda _done: None,
            size=SIZE, palette=PALETTE,
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def stills() -> list[np.ndarray]:
    """What each picture of the film is to be, by the step that is played then."""
    drawn = [still(made_up(("contour", "curves"), step=step)) for step in range(5)]
    return [drawn[shot.step] for shot in TIMING.shots(4) for _ in range(shot.count)]


def decoded(path: Path) -> list[np.ndarray]:
    """The pictures of a video, as PyAV decodes them."""
    av: Any = importlib.import_module("av")
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="rgb24", src_colorspace="ITU709", src_color_range="MPEG",
                             dst_color_range="JPEG").astype(int)
            for frame in container.decode(video=0)
        ]  # fmt: skip


def shown(path: Path) -> Iterator[tuple[np.ndarray, float]]:
    """The pictures of an animation with their durations in milliseconds, as Pillow shows them."""
    with Image.open(path) as picture:
        for index in range(picture.n_frames):
            picture.seek(index)
            yield np.asarray(picture.convert("RGB")).astype(int), picture.info["duration"]


@pytest.mark.parametrize("suffix", VIDEO)
def test_a_video_shows_the_stills(suffix: str, films: Path, stills: list[np.ndarray]) -> None:
    pictures = decoded(films / f"film{suffix}")
    assert len(pictures) == COUNT
    for picture, expected in zip(pictures, stills, strict=True):
        assert np.abs(picture - expected).mean() < NEAR
    last, right = pictures[-1], stills[-1]
    # upside down, mirrored, of other colours, or of another step would not pass
    for wrong in (last[::-1], last[:, ::-1], last[..., ::-1], 255 - last):
        assert np.abs(wrong - right).mean() > 4 * NEAR
    map_part = np.s_[60:200, 60:250]
    other = np.abs(pictures[0] - right)[map_part].mean()
    assert np.abs(last - right)[map_part].mean() < 0.5 * other
    # flat colours come out as they went in: the colours are those of BT.709, and tagged so
    flat = right[:4, :4].reshape(-1, 3)
    assert np.abs(last[:4, :4].reshape(-1, 3) - flat).max() <= 2
    tint = np.median(right[map_part].reshape(-1, 3), axis=0)
    where = (np.abs(right[map_part] - tint).max(axis=2) == 0).nonzero()
    assert np.abs(np.median(last[map_part][where], axis=0) - tint).max() <= 3


def test_an_apng_is_exact(films: Path, stills: list[np.ndarray]) -> None:
    played = list(shown(films / "film.apng"))
    assert sum(lasts for _, lasts in played) == pytest.approx(1000 * SECONDS)
    pictures = [picture for picture, lasts in played for _ in range(round(lasts / 200))]
    assert len(pictures) == COUNT
    assert all(map(np.array_equal, pictures, stills))


def test_a_gif_has_one_palette_that_is_near_every_colour(
    films: Path, stills: list[np.ndarray]
) -> None:
    played = list(shown(films / "film.gif"))
    assert sum(lasts for _, lasts in played) == 1000 * SECONDS
    pictures = [picture for picture, lasts in played for _ in range(round(lasts / 200))]
    assert len(pictures) == COUNT
    for picture, expected in zip(pictures, stills, strict=True):
        assert np.abs(picture - expected).mean() < 1.0
        assert np.abs(picture - expected).max() <= 24
        assert np.abs(picture[..., ::-1] - expected).mean() > 8
    # what stays the same in the stills never flickers
    same = np.all([(a == stills[0]).all(axis=2) for a in stills], axis=0)
    assert same.mean() > 0.8
    assert all(np.array_equal(picture[same], pictures[0][same]) for picture in pictures)
    # the palette is the file's; no picture has one of its own
    data = (films / "film.gif").read_bytes()
    assert data[10] == 0xF7
    assert local_palettes(data) == [False] * len(played)


def local_palettes(data: bytes) -> list[bool]:
    """Whether each picture of a GIF has colours of its own, by the format's specification."""
    found, place = [], 13 + 3 * 256
    while data[place] != 0x3B:
        if data[place] == 0x2C:
            found.append(bool(data[place + 9] & 0x80))
            place += 11
        else:
            place += 2
        while data[place]:
            place += 1 + data[place]
        place += 1
    return found


def test_every_picture_of_the_folder_is_a_still_and_reopens(
    films: Path, stills: list[np.ndarray]
) -> None:
    files = sorted((films / "pictures").iterdir())
    assert [file.name for file in files] == [f"frame-{n:05}.png" for n in range(1, COUNT + 1)]
    steps = [shot.step for shot in TIMING.shots(4) for _ in range(shot.count)]
    for file, expected, step in zip(files, stills, steps, strict=True):
        assert np.array_equal(np.asarray(Image.open(file)).astype(int), expected)
        assert json.loads(embed.session_in(file.read_bytes()) or "")["steps"] == step


@pytest.mark.parametrize("suffix", FILES)
def test_the_session_is_found_again(suffix: str, films: Path) -> None:
    data = (films / f"film{suffix}").read_bytes()
    assert embed.session_in(data) == SESSION
    # half a file, or one that lies about its sizes, has none or the same
    for cut in range(0, len(data), len(data) // 40):
        assert embed.session_in(data[:cut]) in (None, SESSION)
    draw = np.random.default_rng(3)
    for _ in range(300):
        broken = bytearray(data[:40_000] + data[-20_000:])
        for place in draw.integers(0, len(broken), 6):
            broken[place] = draw.integers(256)
        embed.session_in(bytes(broken))


@pytest.mark.parametrize(
    "hostile",
    [
        b"GIF89a" + bytes(7) + b"!\xfe" + b"\x01a" * 2_000_000,
        b"GIF89a" + bytes(7) + b"!\xfe\x00" * 1_500_000,
        b"\0\0\0\x08ftyp" + b"\0\0\0\x08moov" * 1_500_000,
        b"\0\0\0\x08ftyp\0\0\0\x01moov" + bytes(7) + b"\x08" + bytes(100),
        b"\0\0\0\x08ftyp\xff\xff\xff\xffmoov" + bytes(100),
        b"\0\0\0\x08ftyp" + b"\0\0\0\0moov" * 1000,
        b"\x1aE\xdf\xa3\x80\x18S\x80g\xff" + b"\x12T\xc3g\xff" * 200_000,
        b"\x1aE\xdf\xa3\x80\x18S\x80g\xff\x12T\xc3g\xff" + b"\x73\x73\x80" * 1_500_000,
        b"\x1aE\xdf\xa3\x80" + b"\x00" * 1000,
        b"\x89PNG\r\n\x1a\n" + bytes(12_000_000),
    ],
    ids=lambda data: f"{bytes(data[:4])!r}-{len(data)}",
)
def test_a_hostile_file_has_no_session_and_ends_the_search(hostile: bytes) -> None:
    assert embed.session_in(hostile) is None


def test_a_comment_of_another_program_is_no_session() -> None:
    comment = embed.blocks(b'{"format": "loss-landscape-explorer"}')
    head = b"GIF89a" + bytes(7)
    assert embed.session_in(head + b"!\xfe" + comment + b";") is None
    mine = embed.blocks(embed.marked(SESSION).encode())
    assert embed.session_in(head + b"!\xfe" + comment + b"!\xfe" + mine + b";") == SESSION


# What ffprobe 5.1.9 said of films like those of `films`:
# ffprobe -count_frames -show_entries stream=...,nb_read_frames:format=duration:format_tags=comment
PROBED: dict[str, dict[str, str]] = {
    ".mp4": {"codec_name": "h264", "pix_fmt": "yuv420p", "color_space": "bt709",
             "color_range": "tv", "nb_read_frames": "15", "r_frame_rate": "5/1"},
    ".webm": {"codec_name": "vp9", "pix_fmt": "yuv420p", "color_space": "bt709",
              "color_range": "tv", "nb_read_frames": "15", "r_frame_rate": "5/1"},
    ".gif": {"codec_name": "gif", "nb_read_frames": "5"},
    ".apng": {"codec_name": "apng", "nb_read_frames": "5"},
}  # fmt: skip


@pytest.mark.parametrize("suffix", FILES)
def test_ffprobe_reads_what_was_meant(suffix: str, films: Path) -> None:
    expected, path = PROBED[suffix], films / f"film{suffix}"
    if shutil.which("ffprobe"):
        # its guess takes any PNG for a single picture, so it is told
        kind = ["-f", "apng"] if suffix == ".apng" else []
        done = subprocess.run(
            ["ffprobe", "-v", "error", *kind, "-count_frames", "-show_streams", "-show_format",
             "-of", "json", str(path)],
            capture_output=True, check=True,
        )  # fmt: skip
        assert done.stderr == b""
        found = json.loads(done.stdout)
        stream, about = found["streams"][0], found["format"]
        assert (stream["width"], stream["height"]) == SIZE
        assert {name: stream[name] for name in expected} == expected
        if suffix != ".apng":
            assert float(about["duration"]) == pytest.approx(SECONDS, abs=0.01)
            tags = {name.lower(): text for name, text in about["tags"].items()}
            assert tags["comment"] == embed.marked(SESSION)
    elif suffix in VIDEO:
        av: Any = importlib.import_module("av")
        with av.open(str(path)) as container:
            video = container.streams.video[0]
            said = video.codec_context.name, video.codec_context.pix_fmt, str(video.average_rate)
            assert said[1:] == (expected["pix_fmt"], "5")
            assert expected["codec_name"] in (said[0], video.codec_context.codec.canonical_name)
            assert len(list(container.decode(video))) == int(expected["nb_read_frames"])
    else:
        assert len(list(shown(path))) == int(expected["nb_read_frames"])


def noise(step: int) -> np.ndarray:
    """A picture of a few greys that cannot be packed small."""
    made = np.full((64, 96, 4), 255, np.uint8)
    made[..., :3] = 2 * np.random.default_rng(step).integers(0, 100, (64, 96, 1))
    return made


def film(draw: Any = noise, count: int = 40, **more: Any) -> Film:
    return Film((96, 64), Fraction(10), tuple(Shot(i, 1) for i in range(count)), draw, **more)


@pytest.mark.parametrize("suffix", [*FILES, ""])
def test_a_film_that_is_cancelled_or_fails_leaves_the_old_file(suffix: str, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    path = folder / f"old{suffix}"
    if suffix:
        path.write_bytes(b"old")
    name = path if suffix else f"{path}/"

    def told(done: int) -> None:
        if done > 3:
            raise Cancelled

    def full(step: int) -> np.ndarray:
        if step > 3:
            raise OSError(errno.ENOSPC, "no space")
        return noise(step)

    with pytest.raises(Cancelled):
        animation.write(film(told=told), name)
    with pytest.raises(InputError, match="the disk is full"):
        animation.write(film(full), name)
    assert [file.name for file in folder.iterdir()] == ([path.name] if suffix else [])
    assert not suffix or path.read_bytes() == b"old"


class Narrow(io.BytesIO):
    """A disk with room for a few bytes."""

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > 20_000:
            raise OSError(errno.ENOSPC, "no space")
        return super().write(data)


@pytest.mark.parametrize("suffix", FILES)
def test_a_disk_that_fills_up_is_told_of(suffix: str) -> None:
    fill = animation.formats()[suffix].write
    assert fill is not None
    with pytest.raises(OSError, match="no space") as wrong:
        fill(film(), Narrow())
    assert wrong.value.errno == errno.ENOSPC


@pytest.mark.parametrize("suffix", [*FILES, ""])
def test_few_pictures_are_held_however_many_there_are(suffix: str, tmp_path: Path) -> None:
    alive, most = 0, 0

    def gone() -> None:
        nonlocal alive
        alive -= 1

    def draw(step: int) -> np.ndarray:
        nonlocal alive, most
        alive += 1
        most = max(most, alive)
        picture = noise(step)
        weakref.finalize(picture, gone)
        return picture

    animation.write(film(draw, 40), tmp_path / f"long{suffix}" if suffix else f"{tmp_path}/x/")
    assert 1 <= most <= 4


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="only a new or an empty folder"):
        animation.write(film(), tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    animation.write(film(count=2), empty)
    assert len(list(empty.iterdir())) == 2
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_without_pyav_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    for suffix in VIDEO:
        with pytest.raises(InputError, match=r"pip install .loss-landscape-explorer\[video\]"):
            animation.write(film(), tmp_path / f"film{suffix}")
    for suffix in (".gif", ".apng"):
        animation.write(film(count=2), tmp_path / f"film{suffix}")


COMMAND = [
    "animate", "--landscape", "rosenbrock", "--optimizer", "adam:lr=0.05", "--steps", "20",
    "--fps", "5", "--duration", "1", "--hold", "0.4",
]  # fmt: skip


def test_the_command_draws_a_film_that_is_an_experiment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "film.mp4"
    assert main([*COMMAND, "--size", "321x240", "--out", str(path)]) == 0
    err = capsys.readouterr().err.splitlines()
    assert err[0].endswith("size=321x240: the sides have to be even here, 320x240 is drawn")
    assert err[1] == f"{path}: 7 pictures, 1.4 s, steps 0 to 20"
    pictures = decoded(path)
    assert len(pictures) == 7
    assert pictures[0].shape == (240, 320, 3)
    session = read(path)
    assert session.step == 20
    assert session.experiment.runs[0].optimizer == "adam"
    assert main(["verify", str(path)]) == 0
    assert "20 steps" in capsys.readouterr().out
    again = tmp_path / "again.gif"
    assert main(["animate", str(path), "--size", "160x120", "--fps", "2", "--duration", "1",
                 "--step", "7", "--out", str(again)]) == 0  # fmt: skip
    assert read(again).experiment == session.experiment
    assert read(again).step == 7
    assert main(["run", str(again)]) == 0
    assert main(["export", str(path), "--out", str(tmp_path / "last.png")]) == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--out", "film.avi"], "use .apng, .gif, .mp4, .webm"),
        (["--out", "film.gif", "--fps", "60"], "GIF has at most 50 pictures a second"),
        (["--out", "film.gif", "--fps", "0"], "fps=0: must be a number from 1 to 120"),
        (["--out", "film.gif", "--hold", "x"], "hold=x"),
        (["--out", "film.gif", "--size", "9x9"], "width=9: must be a whole number of pixels"),
        (["--out", "no/such/film.gif"], "the folder does not exist"),
        (["--out", "film.gif", "--view", "sky"], "view=sky"),
    ],
)
def test_the_command_refuses_in_one_line(
    wrong: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main([*COMMAND, "--size", "96x64", *wrong]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert said in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ""])
def test_the_estimate_is_of_the_right_order(suffix: str, tmp_path: Path) -> None:
    figure, size, timing = answered(ROSENBROCK), (960, 540), Timing(10, 0.6, 0.2)
    path = f"{tmp_path}/film{suffix or '/'}"
    animation.animate(
        lambda step: figure(step, "contour"), path, 20, timing,
        session=lambda _step: "", told=lambda _done: None, size=size,
    )  # fmt: skip
    if suffix:
        taken = (tmp_path / f"film{suffix}").stat().st_size
    else:
        taken = sum(file.stat().st_size for file in (tmp_path / "film").iterdir())
    estimate = animation.formats()[suffix].estimate(size, timing.shots(20))
    assert 1 / 3 < taken / estimate < 3
