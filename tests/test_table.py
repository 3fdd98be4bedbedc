"""A person's own file: what is read from it, and that every problem is told in one line."""

from __future__ import annotations

import csv
import gzip
import os
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from explorer.core import columns
from explorer.core.datafile import read_table
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from explorer.core.data import Data

    Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text or bytes into a file and give its path."""

    def into(content: str | bytes, name: str = "mine.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return into


def refusal(path: Path, *args, **kwargs) -> str:
    """The one line that a file is refused with; it names the file."""
    with pytest.raises(InputError) as caught:
        read_table(path, *args, **kwargs)
    line = str(caught.value)
    assert "\n" not in line
    assert path.name in line
    return line


PLAIN = "a,b,y\n1,2.5,0.5\n-3,4e2,1.5\n5, 6 ,2.5\n"
PACKED = gzip.compress(PLAIN.encode(), mtime=0)


def is_plain(data: Data) -> bool:
    return (
        data.names == ("a", "b")
        and data.target == "y"
        and data.task == "regression"
        and data.X.tolist() == [[1, 2.5], [-3, 400], [5, 6]]
        and data.y.tolist() == [0.5, 1.5, 2.5]
    )


# How files are written


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.rstrip("\n"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        "\ufeff" + PLAIN,
        "\ufeff" + '"a","b","y"\r\n"1","2.5","0.5"\r\n"-3","4e2","1.5"\r\n"5","6","2.5"\r\n',
        PLAIN.replace(",", ", "),
        PLAIN.replace(",", ";").replace(".", ","),
        "\n" + PLAIN.replace("\n", "\n\n") + "\n\n",
        PLAIN + ",,\n , ,\n",
        PACKED,
    ],
    ids=range(13),
)
def test_a_table_is_read_however_it_is_written(write: Write, content: str | bytes) -> None:
    data = read_table(write(content))
    assert is_plain(data)
    assert data.X.dtype == data.y.dtype == np.float64
    assert data.X.flags.c_contiguous
    assert data.source == "mine.csv"


@pytest.mark.parametrize("name", ["mine.csv.gz", "mine.txt", "mine"])
def test_the_content_says_what_a_file_is(write: Write, name: str) -> None:
    packed = PACKED if name.endswith("gz") else PLAIN
    assert is_plain(read_table(write(packed, name)))


def test_quotes_may_hold_anything(write: Write) -> None:
    content = 'a,"b, ""the""\nsecond",y\n1,2,"no, ""never"""\n3,4,"yes\nalways"\n'
    data = read_table(write(content))
    assert data.names == ("a", 'b, "the" second')
    assert data.classes == ('no, "never"', "yes\nalways")
    assert data.X.tolist() == [[1, 2], [3, 4]]


def test_a_table_of_numbers_only_needs_no_names(write: Write) -> None:
    data = read_table(write("1,2,0.5\n3,4,1.5\n"))
    assert data.names == ("x1", "x2")
    assert data.target == "x3"
    assert data.X.tolist() == [[1, 2], [3, 4]]


def test_decimal_commas_do_not_hide_the_semicolons(write: Write) -> None:
    data = read_table(write("1,5;2,5;0,25\n3,5;4,5;1,75\n"))
    assert data.X.tolist() == [[1.5, 2.5], [3.5, 4.5]]
    assert data.y.tolist() == [0.25, 1.75]


@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_a_comma_that_may_part_thousands_is_not_guessed_at(write: Write, delimiter: str) -> None:
    content = 'a|b|y\n1|"1,234"|0.5\n2|"5,678"|1.5\n'.replace("|", delimiter)
    assert "'b' ('1,234') is text" in refusal(write(content))


def test_years_may_be_names(write: Write) -> None:
    assert read_table(write("2019,2020,y\n1,2,0.5\n3,4,1.5\n")).names == ("2019", "2020")


def test_what_is_written_is_what_is_read(write: Write, tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    X = draw.standard_normal((300, 4)) * 10.0 ** draw.integers(-300, 300, (300, 4))
    rows = [[*map(repr, row.tolist()), "yes" if row[0] > 0 else "no"] for row in X]
    with (tmp_path / "mine.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["a", "b", "c", "d", "y"], *rows])
    data = read_table(tmp_path / "mine.csv")
    assert (data.X == X).all()
    assert (data.y == (X[:, 0] > 0)).all()


# What is chosen


def test_target_and_features_are_chosen_by_name(write: Write) -> None:
    path = write("a,b,c,d\n1,2,3,0.5\n4,5,6,1.5\n")
    data = read_table(path, target="b", features=["d", "a"], task="regression")
    assert data.names == ("d", "a")
    assert data.X.tolist() == [[0.5, 1], [1.5, 4]]
    assert data.y.tolist() == [2, 5]
    assert read_table(path, target="b").names == ("a", "c", "d")
    assert read_table(path, features="a").names == ("a",)


def column(values: list[object]) -> str:
    return "x,y\n" + "".join(f"{i},{value}\n" for i, value in enumerate(values))


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["b", "a", "b"], "binary", ("a", "b")),
        (["c", "a", "b"], "multiclass", ("a", "b", "c")),
        ([1, 0, 1], "binary", ("0", "1")),
        ([10, 9, 10.0], "binary", ("9", "10")),
        ([-1, 1, 0], "multiclass", ("-1", "0", "1")),
        ([*range(20)], "multiclass", tuple(map(str, range(20)))),
        ([*range(21)], "regression", ()),
        ([0, 1, 0.5], "regression", ()),
        (["1", "2", "b"], "multiclass", ("1", "2", "b")),
        ([1_000_001, 1_000_002], "binary", ("1000001", "1000002")),
    ],
)
def test_the_task_follows_from_the_target(
    write: Write, values: list[object], task: str, classes: tuple[str, ...]
) -> None:
    data = read_table(write(column(values)))
    assert (data.task, data.classes) == (task, classes)
    if classes:
        assert data.y.dtype == np.int64
        named = [data.classes[i] for i in data.y]
        assert named == [str(v) if isinstance(v, str) else str(int(v)) for v in values]
    else:
        assert data.y.tolist() == values


def test_the_task_may_be_said(write: Write) -> None:
    path = write(column([0, 1, 1]))
    assert read_table(path, task="regression").y.tolist() == [0, 1, 1]
    assert read_table(path, task="multiclass").task == "multiclass"
    assert read_table(path, task="binary").task == "binary"
    halves = read_table(write(column([0.5, 1.5, 0.5])), task="binary")
    assert halves.classes == ("0.5", "1.5")


GAPS = "a,b,y\n1,,0.5\n2,5,1.5\nNA,7,2.5\n6,9,3.5\n"


@pytest.mark.parametrize("word", ["", " ", "NA", "n/a", "NaN", "null", "?", '""'])
def test_a_gap_is_a_missing_value(write: Write, word: str) -> None:
    path = write(GAPS.replace("NA", word))
    assert read_table(path, missing="drop").X.tolist() == [[2, 5], [6, 9]]
    assert read_table(path, missing="drop").y.tolist() == [1.5, 3.5]
    assert read_table(path, missing="mean").X.tolist() == [[1, 7], [2, 5], [3, 7], [6, 9]]


def test_gaps_in_columns_that_are_not_chosen_do_not_matter(write: Write) -> None:
    assert read_table(write("a,b,y\n1,,0.5\n2,5,1.5\n"), features=["a"]).X.tolist() == [[1], [2]]


def test_a_class_without_rows_is_gone(write: Write) -> None:
    path = write("a,y\n1,u\n,v\n2,w\n")
    data = read_table(path, missing="drop")
    assert data.classes == ("u", "w")
    assert data.y.tolist() == [0, 1]


WORDS = "a,colour,y\n1,red,0.5\n2,blue,1.5\n3,red,2.5\n"


def test_text_becomes_codes_or_is_left_out(write: Write) -> None:
    path = write(WORDS)
    assert read_table(path, text="codes").X.tolist() == [[1, 1], [2, 0], [3, 1]]
    assert read_table(path, text="drop").names == ("a",)


def test_text_has_gaps_too(write: Write) -> None:
    path = write(WORDS.replace("blue", ""))
    assert read_table(path, text="codes", missing="drop").X.tolist() == [[1, 0], [3, 0]]
    assert read_table(path, text="drop").X.tolist() == [[1], [2], [3]]


def test_an_underscore_makes_a_word(write: Write) -> None:
    """Python alone would read 1_0 as ten."""
    data = read_table(write("a,b,y\n1,1_0,0.5\n2,1_1,1.5\n"), text="codes")
    assert data.X.tolist() == [[1, 0], [2, 1]]
    data = read_table(write("a,b,y\n1,,0.5\n2,1_1,1.5\n3,5,2.5\n"), text="codes", missing="drop")
    assert data.X.tolist() == [[2, 0], [3, 1]]


def test_constant_features_may_be_left_out(write: Write) -> None:
    path = write("a,b,y\n1,7,0.5\n2,7,1.5\n")
    assert read_table(path).names == ("a", "b")
    assert read_table(path, constant="drop").names == ("a",)


def test_text_far_down_makes_the_whole_column_text(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words as they stand in the file, also where they were taken for numbers at first."""
    monkeypatch.setattr(columns, "_PIECE", 3)
    rows = [f"{i},0{i},{'k' if i % 2 else 'm'}" for i in range(10)]
    rows[7] = "7,seven,k"
    rows[8] = "8,,m"
    path = write("\n".join(["a,b,y", *rows]))
    data = read_table(path, text="codes", missing="drop")
    assert data.X[:, 0].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 9]
    assert data.X[:, 1].tolist() == [0, 1, 2, 3, 4, 5, 6, 8, 7]
    assert read_table(path, features=["a"], target="b", missing="drop").classes == (
        *(f"0{i}" for i in (0, 1, 2, 3, 4, 5, 6, 9)),
        "seven",
    )


@pytest.mark.parametrize("piece", [1, 2, 3, 100])
def test_pieces_do_not_show(write: Write, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr(columns, "_PIECE", piece)
    assert is_plain(read_table(write(PLAIN)))
    assert is_plain(read_table(write(PLAIN.replace("\n", "\n\n\n\n"))))


# What is refused


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "the file is empty"),
        ("\n\n , \n", "the file is empty"),
        ("a,b,y\n", "a header, but no rows"),
        ("a,b,y\n1,2,3\n", "1 row: at least 2"),
        ("y\n1\n2\n", "only one column, 'y'"),
        ("a,,y\n1,2,3\n4,5,6\n", "column 2 of 3 without a name"),
        (",a, \n1,2,3\n4,5,6\n", "columns 1, 3 of 3 without a name"),
        ("a,b,a\n1,2,3\n4,5,6\n", "columns 1, 3 have the same name 'a'"),
        ("5.1,3.5,setosa\n4.9,3,virginica\n", "the first row mixes names with numbers such as 5.1"),
        ("a,b,y\n1,2,3\n\n4,5\n6,7,8\n", "line 4 has 2 cells, the first row 3"),
        ('a,b,y\n1,"2\n\n",3\n4,5,6,7\n', "line 5 has 4 cells, the first row 3"),
        ("1,2,3\n4,5\n", "line 2 has 2 cells"),
        ('a,b,y\n1,2,3\n4,"5,6\n7,8,9\n', "line 3 is no CSV"),
        ("a,b,y\n1,inf,0.5\n2,-inf,1.5\n3,1e999,2.5\n", "column 'b' has 3 infinite values"),
        ("a,b,y\n1,2,same\n4,5,same\n", "all 2 rows are of one class, 'same'"),
        (GAPS, "missing values in 'a' (1), 'b' (1): missing='drop' leaves"),
        (WORDS, "'colour' ('blue') is text: text='codes'"),
        (WORDS.replace("2,", "2m,"), "'a' ('2m'), 'colour' ('blue') are text"),
        (column([*range(100), "1O0"]), "holds 100 different numbers and also text ('1O0')"),
        (column([f"w{i}" for i in range(1001)]), "1001 different values, at most 1000 classes"),
        ("é,y\n1,2\n3,4\n".encode("latin-1"), "not text in UTF-8"),
        ("a,y\n1,2\n3,4\n".encode("utf-16"), "not text in UTF-8"),
        (PACKED[:-9], "gzip compression is broken"),
        (PACKED[:-8] + bytes(8), "gzip compression is broken"),
        (b"\x1f\x8b", "gzip compression is broken"),
    ],
)
def test_a_file_that_is_wrong_is_refused(write: Write, content: str | bytes, words: str) -> None:
    assert words in refusal(write(content))


@pytest.mark.parametrize(
    ("content", "chosen", "words"),
    [
        (PLAIN, {"target": "yy"}, "unknown column of mine.csv 'yy': did you mean y?"),
        (PLAIN, {"target": "zzz"}, "choose from a, b, y"),
        (PLAIN, {"features": ["a", "bb"]}, "did you mean b?"),
        (PLAIN, {"features": ["a", "y"]}, "'y' is the target, so it cannot be a feature"),
        (PLAIN, {"features": ["a", "a"]}, "the feature 'a' is named twice"),
        (PLAIN, {"features": []}, "no features"),
        (PLAIN, {"task": "binary"}, "has 3 classes ('0.5', '1.5', '2.5'), must have 2"),
        (WORDS, {"target": "colour", "task": "regression"}, "'colour' is text ('blue'), must be"),
        (column(["x"] * 9), {"task": "binary"}, "has 1 classes ('x'), must have 2"),
        (column([i / 2 for i in range(1001)]), {"task": "multiclass"}, "task='regression'"),
        (GAPS, {"missing": "drop", "features": ["a"], "target": "b"}, None),
        (GAPS, {"missing": "mean", "target": "b"}, "the target 'b' has 1 missing values"),
        (GAPS.replace("6,9,3.5", "6,,3.5"), {"missing": "drop"}, "leaves 1 of 4 rows"),
        ("a,b,y\n1,,3\n2,,4\n", {"missing": "mean"}, "column 'b' has no values at all"),
        ("a,b,y\n1,,3\n2,,4\n", {"missing": "drop"}, "leaves 0 of 2 rows"),
        (
            WORDS.replace("blue", ""),
            {"missing": "mean", "text": "codes"},
            "'colour' is text, so that missing='mean' has no mean",
        ),
        ("c,y\nred,1\nblue,2\n", {"text": "drop"}, "every feature is text"),
        ("a,y\n1,1\n1,2\n", {"constant": "drop"}, "every feature is constant"),
        (
            "a,b,c,d,e,f,y\n" + "u,v,w,x,y,z,1\n" * 3,
            {},
            "'d' ('x'), 'e' ('y') and 1 more are text",
        ),
        ("a,b,y\n1,one two three four five six,3\n4,5,6\n", {}, "('one two three four f…')"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(
    write: Write, content: str, chosen: dict, words: str | None
) -> None:
    path = write(content)
    if words is None:  # what the others are held against
        assert read_table(path, **chosen).y.size == 2
    else:
        assert words in refusal(path, **chosen)


@pytest.mark.parametrize("name", ["missing", "text", "constant", "task"])
def test_a_choice_that_is_none_names_those_that_are(write: Write, name: str) -> None:
    with pytest.raises(InputError, match=f"unknown {name} 'zzz': choose from") as caught:
        read_table(write(PLAIN), **{name: "zzz"})
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_reached_are_named(tmp_path: Path, write: Write) -> None:
    assert "there is no such file" in refusal(tmp_path / "none.csv")
    assert "it is a folder" in refusal(tmp_path)
    path = write(PLAIN)
    path.chmod(0)
    if not os.access(path, os.R_OK):  # the administrator may read all
        assert "no permission" in refusal(path)


def test_names_in_two_lines_are_told_in_one(write: Write) -> None:
    assert "choose from a b, c, y" in refusal(write('"a\nb",c,y\n1,2,3\n4,5,6\n'), target="\nzzz\n")


# Parquet


def test_without_pyarrow_the_extra_is_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    line = refusal(write(b"PAR1 and more", "mine.parquet"))
    assert "pip install 'loss-landscape-explorer[parquet]'" in line


def test_parquet_is_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "mine.parquet"
    table = {
        "whole": pyarrow.array([1, None, 3, 4], pyarrow.int64()),
        "half": pyarrow.array([0.5, 1.5, 2.5, 3.5], pyarrow.float32()),
        "flag": pyarrow.array([True, False, True, False]),
        "word": pyarrow.array(["u", None, "t", "u"]).dictionary_encode(),
        "y": pyarrow.array(["no", "yes", "yes", "no"]),
        "__index_level_0__": pyarrow.array([7, 8, 9, 10]),
    }
    parquet.write_table(pyarrow.table(table), path)
    data = read_table(path, missing="drop", text="codes")
    assert data.names == ("whole", "half", "flag", "word")
    assert data.X.tolist() == [[1, 0.5, 1, 1], [3, 2.5, 1, 0], [4, 3.5, 0, 1]]
    assert data.target == "y"
    data = read_table(path, features=["half"])
    assert data.classes == ("no", "yes")
    assert data.y.tolist() == [0, 1, 1, 0]


def test_parquet_that_cannot_be_used_is_refused(tmp_path: Path, write: Write) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    assert "no whole Parquet file" in refusal(write(b"PAR1 and more", "broken.parquet"))
    path = tmp_path / "lists.parquet"
    parquet.write_table(pyarrow.table({"a": [[1], [2]], "y": [1, 2]}), path)
    assert "must be numbers or text" in refusal(path)
    parquet.write_table(pyarrow.table({"a": pyarrow.array([], pyarrow.int64())}), path)
    assert "the file is empty" in refusal(path)
