"""Unicode normalization of texts for search: NFKC and case folding."""

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


def normalize(text: str) -> str:
    """Fold width, case and compatibility forms: `ＰＹＴＨＯＮ` and `Python` become `python`."""
    return text.translate(_TABLE)


def normalize_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return the normalized text, and for each of its characters the index it has in `text`."""
    pieces, offsets = [], []
    for index, character in enumerate(text):
        piece = normalize(character)
        pieces.append(piece)
        offsets += [index] * len(piece)
    return "".join(pieces), offsets
