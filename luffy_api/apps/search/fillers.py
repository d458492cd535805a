"""Words of a query that say nothing about the course: they are given up first."""

from collections.abc import Sequence
from pathlib import Path

FILLERS = frozenset(Path(__file__).with_name("filler_words.txt").read_text("utf-8").split())
# Those that say something beside a filter: who types 就业 免费 wants no courses of any kind.
TOPICS = frozenset(
    [
        *["开发", "就业", "找工作", "转行", "前途", "对比", "区别"],
        *["程序员", "工程师", "路线", "路线图", "学习路线"],
    ]
)


def side_by_side(text: str, words: Sequence[str], wanted: Sequence[str]) -> str:
    """The wanted of the words of a text; those that nothing stands between stay together: a name
    that no dictionary knows is cut into characters.
    """
    said, place, before = "", 0, -1
    for word in words:
        start = text.find(word, place)
        is_there, is_next = start >= 0, 0 <= start == before
        place = start + len(word) if is_there else place
        if word in wanted:
            said += word if is_next else f" {word}"
        before = place if is_there and word in wanted else -1
    return said.strip()
