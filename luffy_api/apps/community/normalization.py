"""The form in which texts of students are compared with words of the filter."""

import unicodedata
from functools import cache

from luffy_api.common.readable_text import BLANK
from luffy_api.libs.chinese import simplified

# Letters by their category: some are drawn as nothing, the others make a sound longer or repeat it.
_FILLERS = f"{BLANK}ーｰ々〻ゝゞヽヾˉ〱"


def normalize(text: str) -> str:
    """Letters and digits only, in lower case, half width and simplified characters.

    `Ｆ·Ｏ o` becomes `foo`, 賭博 becomes 赌博, and letters lose their accents.
    """
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_simplified())
    return "".join(each for each in folded if each.isalnum() and each not in _FILLERS)


@cache
def _simplified() -> dict[int, str]:
    return str.maketrans(simplified())
