"""Finding names by a few letters: beginnings first, then words' beginnings, then letters apart."""

from __future__ import annotations

from dataclasses import dataclass

BEGINNING, WORD, INITIALS, INSIDE, APART, ABOUT = range(6)
FAR = 5  # letters farther apart than so many places each are there by chance


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """How well letters match a name: a smaller `rank` is better, and then a smaller `spread`.

    `marks` are the places in the name of the letters that matched.
    """

    rank: int
    spread: int
    marks: tuple[int, ...] = ()


def _starts(name: str) -> list[int]:
    """Where words begin."""
    return [i for i, c in enumerate(name) if c.isalnum() and (i == 0 or not name[i - 1].isalnum())]


def _initials(letters: str, name: str, starts: list[int]) -> tuple[int, ...] | None:
    """Places that spell `letters` from the beginnings of words, in order, words may be left out."""

    def go(at: int, word: int) -> tuple[int, ...] | None:
        if at == len(letters):
            return ()
        for w in range(word, len(starts)):
            start, most = starts[w], 0
            while (
                at + most < len(letters)
                and name[start + most : start + most + 1] == (letters[at + most])
            ):
                most += 1
            for taken in range(most, 0, -1):  # as much of this word as there is, then less
                rest = go(at + taken, w + 1)
                if rest is not None:
                    return (*range(start, start + taken), *rest)
        return None

    return go(0, 0)


def _apart(letters: str, name: str) -> tuple[int, ...] | None:
    """The closest places that spell `letters` in order: the last possible ones, taken backwards."""
    best: tuple[int, ...] | None = None
    end = -1
    while True:
        at = end
        for letter in letters:
            at = name.find(letter, at + 1)
            if at < 0:
                return best
        end, places = at, [at]
        for letter in reversed(letters[:-1]):
            places.append(name.rfind(letter, 0, places[-1]))
        found = tuple(reversed(places))
        if best is None or found[-1] - found[0] < best[-1] - best[0]:
            best = found
        end = found[0]


def match(query: str, name: str, about: str = "") -> Match | None:
    """How `query` matches `name`, or else has all its words in `about`; None where it does not."""
    words, name = query.casefold().split(), name.casefold()
    if not words:
        return Match(BEGINNING, 0)
    whole, letters = " ".join(words), "".join(words)
    starts = _starts(name)
    for at in (0, *starts):
        if name.startswith(whole, at):
            end = at + len(whole)
            goes_on = end < len(name) and name[end].isalnum()
            return Match(WORD if at else BEGINNING, int(goes_on), tuple(range(at, end)))
    if (places := _initials(letters, name, starts)) is not None:
        return Match(INITIALS, places[-1] - places[0], places)
    if (at := name.find(whole)) >= 0:
        return Match(INSIDE, at, tuple(range(at, at + len(whole))))
    places = _apart(letters, name)
    if places is not None and places[-1] - places[0] <= FAR * len(letters):
        return Match(APART, places[-1] - places[0], places)
    if all(word in about.casefold() for word in words):
        return Match(ABOUT, len(name))
    return None
