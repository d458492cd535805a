"""Edit distance of words, and the keys under which an index finds near ones (symmetric deletes).

The first letter of a key says what it compares: `t` the text itself, `p` its pinyin, `i` its
initials, `d` the text with up to two letters deleted (words at an edit distance of one or two share
such a key), `q` the same of the pinyin, `a` the letters in any order behind the first one.
"""

from itertools import combinations

from luffy_api.apps.search.pinyin import initials, pinyin, readings

MAX_WORD = 20
_LONG_WORD = 6
# Shorter words have too many others of the same letters.
_MIN_SHUFFLED = 5


def index_keys(word: str) -> set[str]:
    """Return the keys under which an index keeps a word."""
    if len(word) > MAX_WORD:
        return {f"t{word}"}
    keys = {f"t{word}", *(f"d{rest}" for rest in deletions(word)), *_shuffled(word)}
    if not word.isascii():
        keys.add(f"i{initials(word)}")
        for sound in readings(word):
            keys.add(f"p{sound}")
            keys |= {f"q{rest}" for rest in deletions(sound, at_most=1)}
    return keys


def lookup_keys(piece: str) -> set[str]:
    """Return the keys under which the words stand that a misspelt `piece` may mean."""
    if len(piece) > MAX_WORD:
        return {f"t{piece}"}
    keys = {f"t{piece}", *(f"d{rest}" for rest in deletions(piece)), *_shuffled(piece)}
    sound = piece if piece.isascii() else pinyin(piece)
    keys |= {f"p{sound}", f"i{piece}"}
    if len(sound) >= _LONG_WORD:
        keys |= {f"q{rest}" for rest in deletions(sound, at_most=1)}
    return keys


def _shuffled(word: str) -> set[str]:
    """The key of linux and lunix, whose letters are as many edits apart as those of other words."""
    if not word.isascii() or len(word) < _MIN_SHUFFLED:
        return set()
    return {f"a{word[0]}{''.join(sorted(word[1:]))}"}


def deletions(word: str, *, at_most: int | None = None) -> set[str]:
    """Return the word with up to `max_edits` letters deleted, itself included."""
    count = min(max_edits(word), 9 if at_most is None else at_most)
    variants = {word}
    for size in range(1, count + 1):
        for deleted in combinations(range(len(word)), size):
            variants.add("".join(letter for i, letter in enumerate(word) if i not in deleted))
    return variants


def max_edits(word: str) -> int:
    """Return how many edits a word may have: more for letters than for Chinese, and by length."""
    if not word.isascii():
        return 1 if len(word) >= 3 else 0
    return 0 if len(word) < 3 else 1 if len(word) < _LONG_WORD else 2


def edit_distance(left: str, right: str) -> int:
    """Count insertions, deletions, replacements and swaps (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
