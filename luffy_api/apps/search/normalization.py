"""Unicode normalization of texts for search: NFKC and case folding."""

import re
import unicodedata


class _NormalizationTable(dict[int, str]):
    """A table for `str.translate` that is filled as characters come, and so works in C."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # Format characters (joiners, marks of direction) are no part of a word.
        invisible = unicodedata.category(character) == "Cf"
        normalized = "" if invisible else unicodedata.normalize("NFKC", character).casefold()
        if len(self) < _MAX_CACHED_CHARACTERS:
            self[code] = normalized
        return normalized


_MAX_CACHED_CHARACTERS = 20_000
_TABLE = _NormalizationTable()
# Characters that NFKC changes, if at all, without a look at their neighbours: ASCII, Chinese with
# its punctuation, and full-width forms of ASCII.
_ALONE = re.compile(r"[ -~\u2010-\u2027\u3000-\u3020\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e]*")


def normalize(text: str) -> str:
    """Fold width, case and compatibility forms: `ＰＹＴＨＯＮ` and `Python` become `python`."""
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
