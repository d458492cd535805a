"""Traditional characters and the words of Taiwan, by OpenCC's tables.

Search folds characters like case, in what is indexed and in queries, and the filter of words does.
For search a word of Taiwan is another name of the mainland's: 伺服器 finds 服务器, and a catalogue
that says 伺服器 is found as well.
"""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("chinese_table.txt")


def simplified() -> dict[str, str]:
    """By traditional character the simplified one."""
    return _tables()[0]


def taiwan_words(text: str) -> dict[str, str]:
    """The words of Taiwan in a text that may be traditional: each in simplified characters, with
    the mainland's. 資料 is 数据, 资料 is itself.
    """
    if text.isascii():
        return {}
    characters, words, longest = _tables()
    found: dict[str, str] = {}
    start = 0
    while start < len(text):
        parts = (text[start:end] for end in range(min(len(text), start + longest), start + 1, -1))
        part = next((part for part in parts if part in words), text[start])
        if part in words:
            found["".join(characters.get(c, c) for c in part)] = words[part]
        start += len(part)
    return found


@cache
def _tables() -> tuple[dict[str, str], dict[str, str], int]:
    """Simplified characters, the mainland's words, and the length of the longest of Taiwan's."""
    spellings, phrases = (
        [line.split(" ") for line in part.splitlines() if line and not line.startswith("#")]
        for part in _TABLE.read_text(encoding="utf-8").split("\n\n")
    )
    characters = {old: new for new, olds in spellings for old in olds}
    words = dict(phrases)
    return characters, words, max(map(len, words))
