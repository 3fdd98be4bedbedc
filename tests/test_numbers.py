"""Numbers as people read them, and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import InputError
from explorer.core.numbers import number, parse, power, short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (148.8, "148.8"),
        (0.0024631, "0.002463"),
        (500, "500"),
        (131.98, "132.0"),
        (0.004, "0.004"),
        (0.1 + 0.2, "0.3"),
        (7.751e-4, "7.75×10⁻⁴"),
        (1e-8, "1×10⁻⁸"),
        (-1.38e33, "−1.38×10³³"),
        (61234.0, "6.12×10⁴"),
        (20000, "20000"),
        (9999.7, "1.00×10⁴"),
        (0.0009999612, "0.001000"),
        (-2.6, "−2.6"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
    ],
)
def test_four_digits_and_three_before_a_power(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0061234, "0.00612"), (2901.3, "2901"), (1.2345e-7, "1.2×10⁻⁷")]
)
def test_short_keeps_three_digits(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-8", 1e-8),
        ("1×10⁻⁸", 1e-8),
        ("1x10^-8", 1e-8),
        ("10⁵", 1e5),
        ("−10⁻⁵", -1e-5),
        (" −2.5 ", -2.5),
        ("105", 105.0),
        ("∞", math.inf),
        ("2·10**3", 2000.0),
    ],
)
def test_parse_reads_what_people_write(text: str, value: float) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("text", ["", "–", "abc", "1,5", "10^", "nan", "1.2.3×10⁵"])
def test_parse_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(InputError, match="not a number"):
        parse(text)


@given(st.floats(allow_nan=False, allow_infinity=False, max_value=1e300, min_value=-1e300))
def test_what_is_written_is_the_number_rounded(value: float) -> None:
    digits = 2 if "×" in number(value) else 3
    assert parse(number(value)) == pytest.approx(float(f"{value:.{digits}e}"), rel=1e-11, abs=0)


def test_powers_are_raised() -> None:
    assert power(-13) == "10⁻¹³"
