"""Pinyin of Chinese words: complete (`pachong`) and initials (`pc`), cached by word."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from luffy_api.apps.search.tokenizer import HAN, Tokenizer, is_han

# Longer beginnings are not typed.
_MAX_LENGTH = 24
_TABLE = Path(__file__).with_name("pinyin_table.txt")
_SECOND = Path(__file__).with_name("readings.txt")
_MAX_READINGS = 4
# A character, or all letters and signs that stand between two.
_READ_TOGETHER = re.compile(rf"[{HAN}]+|[^{HAN}]+")

Readings = dict[str, tuple[str, ...]]


@lru_cache(maxsize=50_000)
def pinyin(word: str) -> str:
    """Return the complete pinyin without tones; `爬虫` is `pachong`, letters stay."""
    return "".join(_syllables(word))


@lru_cache(maxsize=50_000)
def initials(word: str) -> str:
    """Return the first letter of each syllable; `爬虫` is `pc`, letters stay."""
    return "".join(syllable[:1] for syllable in _syllables(word))


@lru_cache(maxsize=50_000)
def readings(word: str) -> tuple[str, ...]:
    """Return the complete pinyin and second readings; 命令行 is mingling-xing and -hang."""
    characters, surnames = _second_readings()
    found = {pinyin(word): None}
    syllables = list(_syllables(word))
    if len(syllables) == len(word):
        for place, character in enumerate(word):
            for other in characters.get(character, ()):
                found["".join([*syllables[:place], other, *syllables[place + 1 :]])] = None
    for length in (2, 1):
        if surname := surnames.get(word[:length]):
            found[surname + "".join(syllables[length:])] = None
    return tuple(found)[:_MAX_READINGS]


def is_syllables(letters: str) -> bool:
    """Return whether letters are pinyin: one syllable or several.

    Time grows with the length: a pattern would try every way to cut `ang` again and again.
    """
    syllables, longest = _all_syllables()
    cuts = {0}
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - longest), end)
        if any(start in cuts and letters[start:end] in syllables for start in starts):
            cuts.add(end)
    return bool(letters) and len(letters) in cuts


def is_short(letters: str) -> bool:
    """Return whether letters are pinyin of one or two syllables, as most words have."""
    return bool(_one_or_two_syllables().fullmatch(letters))


def sound_alike(left: str, right: str) -> bool:
    """Return whether two pinyins differ only by what many do not hear: zh and z, ng and n."""
    return _unheard(left) == _unheard(right)


def pinyin_forms(runs: Iterable[str], tokenizer: Tokenizer) -> str:
    """Return every pinyin from which a course name is completed while typing, with spaces.

    `runs` are those of the normalized name.
    """
    return " ".join([_forms_of_run(run, tokenizer) for run in runs if is_han(run)])


@lru_cache(maxsize=20_000)
def _forms_of_run(run: str, tokenizer: Tokenizer) -> str:
    """The pinyin of one Chinese run, complete and initials, from each of its words on.

    `爬虫实战` is then completed from what begins pachongshizhan, shizhan, pcsz or sz.
    """
    words = [word for (word,) in tokenizer.tokenize_query(run)]
    complete, short = [pinyin(word) for word in words], [initials(word) for word in words]
    forms: dict[str, None] = {}
    for start, word in enumerate(words):
        rest = "".join(complete[start + 1 :])
        forms |= dict.fromkeys(f"{said}{rest}"[:_MAX_LENGTH] for said in readings(word))
        forms["".join(short[start:])[:_MAX_LENGTH]] = None
    return " ".join(forms)


def _syllables(word: str) -> Iterator[str]:
    readings, longest = _readings()
    for run in _READ_TOGETHER.findall(word):
        if is_han(run):
            yield from _read(run, readings, longest)
        else:
            yield run


def _read(run: str, readings: Readings, longest: int) -> Iterator[str]:
    """The longest phrase at each place, else the usual reading of the character."""
    start = 0
    while start < len(run):
        parts = (run[start:end] for end in range(min(len(run), start + longest), start, -1))
        part = next((part for part in parts if part in readings), run[start])
        yield from readings.get(part, (part,))
        start += len(part)


def _unheard(letters: str) -> str:
    return re.sub("(?<=[zcs])h|(?<=n)g", "", letters)


@cache
def _one_or_two_syllables() -> re.Pattern[str]:
    syllables, _ = _all_syllables()
    return re.compile(f"(?:{'|'.join(sorted(syllables))}){{1,2}}")


@cache
def _all_syllables() -> tuple[frozenset[str], int]:
    """All syllables, and the length of the longest one."""
    readings, _ = _readings()
    syllables = frozenset(syllable for each in readings.values() for syllable in each)
    return syllables, max(map(len, syllables))


@cache
def _second_readings() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Syllables of characters, and of surnames at the beginning of a name."""
    characters, surnames = (
        [line.split(" ") for line in part.splitlines() if not line.startswith("#")]
        for part in _SECOND.read_text(encoding="utf-8").split("\n\n")
    )
    return {line[0]: line[1:] for line in characters}, {line[0]: line[1] for line in surnames}


@cache
def _readings() -> tuple[Readings, int]:
    """Syllables of characters and phrases, and the length of the longest phrase.

    The table is a tenth of pypinyin's, from which scripts/lib/pinyin_table.py makes it: that takes
    half a second and 56 MB in each process.
    """
    readings: Readings = {}
    characters, phrases = _TABLE.read_text(encoding="utf-8").split("\n\n")
    for line in characters.splitlines():
        if not line.startswith("#"):
            syllable, having_it = line.split(" ")
            readings |= dict.fromkeys(having_it, (syllable,))
    for line in phrases.splitlines():
        phrase, *syllables = line.split(" ")
        readings[phrase] = tuple(syllables)
    return readings, max(map(len, readings))
