"""Pinyin of words: in full and by initials, cut and remembered word by word."""

from functools import lru_cache

import pypinyin

from luffy_api.apps.search import words

# Longer beginnings are not typed.
_MAX_SOUND = 24


@lru_cache(maxsize=50_000)
def pinyin(word: str) -> str:
    """`爬虫` is `pachong`; letters stay."""
    return "".join(_syllables(word))


@lru_cache(maxsize=50_000)
def initials(word: str) -> str:
    """`爬虫` is `pc`; letters stay."""
    return "".join(syllable[:1] for syllable in _syllables(word))


@lru_cache(maxsize=20_000)
def spoken(run: tuple[str, ...]) -> list[str]:
    """For the words of one Chinese run: its sounds in full and by initials, from each word on.

    `爬虫实战` is found by what begins pachongshizhan, shizhan, pcsz or sz.
    """
    full = [pinyin(word) for word in run]
    short = [initials(word) for word in run]
    found = []
    for start in range(len(run)):
        found.append("".join(full[start:])[:_MAX_SOUND])
        found.append("".join(short[start:])[:_MAX_SOUND])
    return found


def sounds(folded: str, cutter: words.Cutter) -> list[str]:
    """Every sound by which a name is completed while typing."""
    found: list[str] = []
    for kind, start, end in words.runs(folded):
        if kind == "han":
            found += spoken(tuple(term for (term,) in cutter.terms(folded[start:end])))
    return found


def _syllables(word: str) -> list[str]:
    return pypinyin.lazy_pinyin(word, style=pypinyin.Style.NORMAL, v_to_u=False, errors="default")
