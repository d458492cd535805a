"""Whether a text says something to somebody who looks at it."""

import unicodedata

# Letters and signs that are drawn as nothing.
BLANK = "\u2800\u115f\u1160\u3164\uffa0"
UNREADABLE = "请输入看得见的文字。"


def has_something_to_read(text: str) -> bool:
    """Whether a text has a letter, a digit or a sign that one can see."""
    return any(unicodedata.category(each)[0] in "LNPS" for each in text if each not in BLANK)
