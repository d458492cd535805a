"""When two texts that are filled in count as the same."""

import re
import unicodedata

SPACE = re.compile(r"\s+")
# By NFKC a full stop and quotation marks of Chinese stay as they are; what is typed may be either.
# A minus sign and a dash are typed as a hyphen.
SAME = str.maketrans("。“”‘’、−–—‐", ".\"\"'',----")
# Characters that are not seen: zero-width spaces and joiners, the byte order mark, soft hyphens.
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def normalize(text: str) -> str:
    """A text without width and case, with single blanks, and none around.

    A blank beside a Chinese character or a sign means nothing, so that `x = 1` is `x=1`; between
    two words it does. Numbers are texts: 1.0 is not 1.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(UNSEEN).translate(SAME)
    words = SPACE.split(folded.strip())
    joined = words[0]
    for word in words[1:]:
        joined += f" {word}" if _is_word(joined[-1:]) and _is_word(word[:1]) else word
    return joined


def _is_word(character: str) -> bool:
    """Whether it is a letter or figure of a script that has blanks between words."""
    return character.isalnum() and character < "\u2e80"
