"""Unicode normalization of texts for search: NFKC, case and simplified characters."""

import re
import unicodedata

from luffy_api.libs.chinese import simplified


class _NormalizationTable(dict[int, str]):
    """A table for `str.translate` that is filled as characters come, and so works in C."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # Format characters (joiners, marks of direction) are no part of a word.
        invisible = unicodedata.category(character) == "Cf"
        folded = "" if invisible else unicodedata.normalize("NFKC", character).casefold()
        normalized = _SIMPLIFIED.get(folded, folded)
        if len(self) < _MAX_CACHED_CHARACTERS:
            self[code] = normalized
        return normalized


_MAX_CACHED_CHARACTERS = 20_000
_SIMPLIFIED = simplified()
_TABLE = _NormalizationTable()
# Characters that NFKC changes, if at all, without a look at their neighbours: ASCII, simplified
# Chinese with its punctuation, and full-width forms of ASCII.
_HAN = "".join(
    chr(code)
    for block in (range(0x3400, 0x4DC0), range(0x4E00, 0xA000))
    for code in block
    if chr(code) not in _SIMPLIFIED
)
_ALONE = re.compile(rf"[ -~\u2010-\u2027\u3000-\u3020{_HAN}\uff01-\uff5e]*")


def normalize(text: str) -> str:
    """Fold width, case, compatibility and traditional forms: `ＰＹＴＨＯＮ` is `python`."""
    if _ALONE.fullmatch(text):
        return unicodedata.normalize("NFKC", text).casefold()
    return text.translate(_TABLE)


def normalize_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return the normalized text, and for each of its characters the index it has in `text`."""
    pieces, offsets = [], []
    for index, character in enumerate(text):
        piece = normalize(character)
        pieces.append(piece)
        offsets += [index] * len(piece)
    return "".join(pieces), offsets
