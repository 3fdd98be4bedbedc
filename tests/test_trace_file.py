"""Trace files of trainings: what was written is read, whole or bit by bit, damaged or not."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from explorer.core import tracewriter
from explorer.core.errors import InputError
from explorer.core.tracefile import Follower, read_trace
from explorer.core.traceformat import Header
from explorer.core.tracewriter import TraceWriter

if TYPE_CHECKING:
    from pathlib import Path

PAIR = Header("a1", (("x", (2,)),), "all", 1, 2)
WIDE = Header("b2", (("w", (3, 4)), ("b", (3,))), "vectors", 2, 0, "<f4", 4, 0, 6)


def steps(count: int, width: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=(count, width))


def write(path: Path, count: int = 5, header: Header = PAIR) -> Any:
    rows = steps(count, 5)
    file = TraceWriter(path, header)
    for step, row in enumerate(rows):
        file.step(step, row)
    file.close(count)
    return rows


def test_what_was_written_is_read_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "run.lle-trace"
    rows = write(path)
    found = read_trace(path)
    assert found.header == PAIR
    assert found.records.ended
    made = found.records
    whole = np.column_stack([made.loss, made.gradient_norm, made.rates, made.coordinates])
    assert whole.tobytes() == rows.tobytes()
    assert made.steps.tolist() == [0, 1, 2, 3, 4]
    path_of = found.recorded()
    np.testing.assert_array_equal(path_of.points, rows[:, 3:])
    np.testing.assert_array_equal(path_of.losses, rows[:, 0])


def test_whole_parameters_texts_and_a_plane_are_read_among_the_steps(tmp_path: Path) -> None:
    path = tmp_path / "wide.lle-trace"
    plane = steps(3, 15, seed=4)
    vectors = steps(20, 15, seed=5).astype(np.float32)
    losses = steps(20, 4, seed=6)
    file = TraceWriter(path, WIDE, list(plane))
    for step in range(20):
        if file.wants(step):
            file.vector(step, vectors[step])
        file.step(step, losses[step])
    file.close(20)
    found = read_trace(path)
    # all of the first four, every second up to 8, every fourth up to 16, and there were six places
    assert found.steps.tolist() == [0, 1, 2, 3, 4, 6]
    np.testing.assert_array_equal(found.records.vectors, vectors[[0, 1, 2, 3, 4, 6]])
    np.testing.assert_array_equal(found.records.plane, plane)
    np.testing.assert_array_equal(found.losses, losses[[0, 1, 2, 3, 4, 6], 0])
    assert found.records.rates.shape == (20, 2)
    assert found.notes[0] == (
        "all parameters are recorded at each of the first 4 steps, at every second up to 8, at "
        "every fourth up to 16, and so on, at most 6 times, and at the last"
    )
    assert found.notes[1].startswith("from step 8 on no more parameters are recorded but the last")
    assert len(found.notes) == 2


def test_the_rule_of_ever_fewer_steps_is_what_it_says() -> None:
    kept = [step for step in range(100) if WIDE.keeps_vector(step)]
    assert kept == [0, 1, 2, 3, 4, 6, *range(8, 16, 4), *range(16, 32, 8), *range(32, 64, 16),
                    64, 96]  # fmt: skip


def test_a_file_that_ends_anywhere_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    path, part = tmp_path / "run.lle-trace", tmp_path / "part.lle-trace"
    rows = write(path)
    data = path.read_bytes()
    start = data.index(b"\n") + 1
    size = 1 + 8 + 8 * 5 + 4
    assert len(data) == start + 5 * size + 1 + 8 + 4 + 4
    for end in range(start, len(data)):
        part.write_bytes(data[:end])
        found = read_trace(part)
        whole = min((end - start) // size, 5)
        np.testing.assert_array_equal(found.records.loss, rows[:whole, 0])
        assert not found.records.ended
        assert len(found.notes) == 1
    for end in range(start):
        part.write_bytes(data[:end])
        with pytest.raises(InputError, match="nothing is recorded yet"):
            read_trace(part)


def test_a_byte_that_was_altered_is_found_and_what_is_before_it_is_read(tmp_path: Path) -> None:
    path, part = tmp_path / "run.lle-trace", tmp_path / "part.lle-trace"
    rows = write(path)
    data = path.read_bytes()
    start = data.index(b"\n") + 1
    for place in range(start, start + 5 * 53):
        part.write_bytes(data[:place] + bytes([data[place] ^ 16]) + data[place + 1 :])
        found = read_trace(part)
        before = (place - start) // 53
        np.testing.assert_array_equal(found.records.loss, rows[:before, 0])
        assert found.notes[-1].endswith(
            f"damaged at byte {start + 53 * before}: what follows is left out"
        )


WRITER = """
import sys
import numpy as np
from explorer.core.traceformat import Header
from explorer.core.tracewriter import TraceWriter
file = TraceWriter(sys.argv[1], Header("a1", (("x", (2,)),), "all", 1, 2))
step = 0
for line in sys.stdin:
    for _ in range(int(line)):
        file.step(step, np.full(5, float(step)))
        step += 1
    print(step, flush=True)
"""


def test_another_process_is_followed_while_it_writes_and_when_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "live.lle-trace"
    follower = Follower(path)
    assert follower.poll().trouble.endswith("live.lle-trace: there is no such file yet")
    seen: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        for count in (1, 3, 0, 500):
            process.stdin.write(f"{count}\n")
            process.stdin.flush()
            told = int(process.stdout.readline())
            news = follower.poll()
            assert news.records is not None
            assert not news.trouble
            assert not news.restarted
            seen += news.records.loss.tolist()
            assert seen == [float(k) for k in range(told)]
        process.kill()
    with path.open("ab") as stream:
        stream.write(b"S" + bytes(20))  # as a step that was cut off
    news = follower.poll()
    assert news.records is not None
    assert news.records.loss.size == 0
    assert not news.trouble
    assert len(read_trace(path).records.loss) == 504


def test_a_file_that_is_replaced_cut_or_deleted_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "run.lle-trace"
    write(path, 4)
    follower = Follower(path)
    assert len(follower.poll().records.loss) == 4  # type: ignore[union-attr]
    assert follower.poll().records.loss.size == 0  # type: ignore[union-attr]
    write(path, 9, Header("other", (("x", (2,)),), "all", 1, 2))  # longer than before
    news = follower.poll()
    assert news.restarted
    assert len(news.records.loss) == 9  # type: ignore[union-attr]
    write(path, 2)
    news = follower.poll()
    assert news.restarted
    assert len(news.records.loss) == 2  # type: ignore[union-attr]
    os.truncate(path, path.read_bytes().index(b"\n") + 1)
    news = follower.poll()
    assert news.restarted
    assert news.records.loss.size == 0  # type: ignore[union-attr]
    path.unlink()
    news = follower.poll()
    assert news.restarted
    assert news.trouble.endswith("there is no such file any more")
    write(path, 3)
    assert len(follower.poll().records.loss) == 3  # type: ignore[union-attr]


def told(**changed: Any) -> bytes:
    said = json.loads(PAIR.line()) | changed
    return json.dumps({k: v for k, v in said.items() if v is not ...}).encode() + b"\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x,y,loss\n1,2,3\n", "it is no trace of a training"),
        (b"\x89PNG\r\n", "it is no trace of a training"),
        (told(version=2), "version 2 of the format is not known here, 1 is"),
        (told(tensors=[]), "its first line says what cannot be"),
        (told(tensors=[["x", [2**40]]]), "its first line says what cannot be"),
        (told(tensors=[["x", [2.5]]]), "its first line says what cannot be"),
        (told(coordinates=3), "its first line says what cannot be"),
        (told(groups=True), "its first line says what cannot be"),
        (told(keeps=["all"]), "its first line says what cannot be"),
        (told(vectors="O"), "its first line says what cannot be"),
        (told(first=...), ""),
        (told(identity=...), "its first line cannot be read"),
        (told(tensors=3), "its first line cannot be read"),
        (told(more=3), "its first line cannot be read"),
        (told()[:-3] + b"[" * 100_000 + b"\n", "its first line cannot be read"),
        (told()[:-2] + b" " * (4 << 20), "its first line has no end"),
    ],
)
def test_what_is_no_trace_is_said_in_a_line(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "x.lle-trace"
    path.write_bytes(data)
    if not words:
        assert read_trace(path).header == PAIR
        return
    with pytest.raises(InputError) as error:
        read_trace(path)
    assert words in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_damage_by_chance_is_read_or_refused(tmp_path: Path) -> None:
    path, part = tmp_path / "run.lle-trace", tmp_path / "part.lle-trace"
    write(path, 8)
    data, chance = path.read_bytes(), random.Random(7)
    refused = 0
    for _ in range(1500):
        altered = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(altered))
            altered[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        part.write_bytes(altered)
        try:
            assert len(read_trace(part).records.loss) <= 8
        except InputError:
            refused += 1
    assert 0 < refused < 1500


def test_a_full_disk_ends_the_recording_but_not_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.lle-trace"
    file = TraceWriter(path, PAIR)
    file.step(0, np.zeros(5))

    def full(place: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(tracewriter.os, "write", full)
        with pytest.warns(RuntimeWarning, match="the recording ends here: the disk is full"):
            file.step(1, np.ones(5))
        file.step(2, np.ones(5))
        file.close(3)
    assert read_trace(path).records.steps.tolist() == [0]


def test_an_old_file_stays_until_the_new_one_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "run.lle-trace"
    write(path, 4)
    with pytest.raises(InputError, match="the folder does not exist"):
        TraceWriter(tmp_path / "none" / "run.lle-trace", PAIR)
    TraceWriter(path, PAIR).close(0)
    assert read_trace(path).records.steps.size == 0
    assert [file.name for file in tmp_path.iterdir()] == ["run.lle-trace"]
