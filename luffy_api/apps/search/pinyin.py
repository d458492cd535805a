"""Pinyin of Chinese words: complete (`pachong`) and initials (`pc`), cached by word."""

from functools import lru_cache

from luffy_api.apps.search.tokenizer import Tokenizer, script_runs

# Longer beginnings are not typed.
_MAX_LENGTH = 24


@lru_cache(maxsize=50_000)
def pinyin(word: str) -> str:
    """Return the complete pinyin without tones; `爬虫` is `pachong`, letters stay."""
    return "".join(_syllables(word))


@lru_cache(maxsize=50_000)
def initials(word: str) -> str:
    """Return the first letter of each syllable; `爬虫` is `pc`, letters stay."""
    return "".join(syllable[:1] for syllable in _syllables(word))


@lru_cache(maxsize=20_000)
def completion_forms(words: tuple[str, ...]) -> list[str]:
    """Return the pinyin of one Chinese run, complete and initials, from each of its words on.

    `爬虫实战` is then completed from what begins pachongshizhan, shizhan, pcsz or sz.
    """
    complete = [pinyin(word) for word in words]
    short = [initials(word) for word in words]
    forms = []
    for start in range(len(words)):
        forms.append("".join(complete[start:])[:_MAX_LENGTH])
        forms.append("".join(short[start:])[:_MAX_LENGTH])
    return forms


def pinyin_forms(normalized: str, tokenizer: Tokenizer) -> list[str]:
    """Return every pinyin from which a course name is completed while typing."""
    forms: list[str] = []
    for script, start, end in script_runs(normalized):
        if script == "han":
            phrases = tokenizer.tokenize_query(normalized[start:end])
            forms += completion_forms(tuple(word for (word,) in phrases))
    return forms


def _syllables(word: str) -> list[str]:
    # Its dictionaries take 56 MB: only a process that searches holds them.
    import pypinyin

    return pypinyin.lazy_pinyin(word, style=pypinyin.Style.NORMAL, v_to_u=False, errors="default")
