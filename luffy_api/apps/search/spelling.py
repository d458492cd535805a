"""How far apart two words are, and by which keys near ones are found in an index.

Keys have a letter in front that says what they compare: `t` the text itself, `p` its pinyin, `i`
its initials, `d` the text with one or two letters left out (the words at a distance of one or two
share such a key), `q` the same of the pinyin.
"""

from itertools import combinations

from luffy_api.apps.search import sounds

MAX_WORD = 20
_MANY_LETTERS = 6


def keys_of_word(word: str) -> set[str]:
    """Under which keys an index keeps a word, so that `keys_of_guess` of a misspelt one meet it."""
    if len(word) > MAX_WORD:
        return {f"t{word}"}
    keys = {f"t{word}", *(f"d{rest}" for rest in shortened(word))}
    if not word.isascii():
        sound = sounds.pinyin(word)
        keys |= {f"p{sound}", f"i{sounds.initials(word)}"}
        keys |= {f"q{rest}" for rest in shortened(sound, at_most=1)}
    return keys


def keys_of_guess(piece: str) -> set[str]:
    """The keys under which words stand that may have been meant."""
    if len(piece) > MAX_WORD:
        return {f"t{piece}"}
    keys = {f"t{piece}", *(f"d{rest}" for rest in shortened(piece))}
    sound = piece if piece.isascii() else sounds.pinyin(piece)
    keys |= {f"p{sound}", f"i{piece}"}
    if len(sound) >= _MANY_LETTERS:
        keys |= {f"q{rest}" for rest in shortened(sound, at_most=1)}
    return keys


def shortened(word: str, *, at_most: int | None = None) -> set[str]:
    """The word with up to `tolerance` letters left out, itself included."""
    left_out = min(tolerance(word), 9 if at_most is None else at_most)
    found = {word}
    for count in range(1, left_out + 1):
        for gone in combinations(range(len(word)), count):
            found.add("".join(letter for i, letter in enumerate(word) if i not in gone))
    return found


def tolerance(word: str) -> int:
    """How many mistakes a word may have: letters more than Chinese characters, long words more."""
    if not word.isascii():
        return 1 if len(word) >= 3 else 0
    return 0 if len(word) < 3 else 1 if len(word) < _MANY_LETTERS else 2


def distance(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
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
