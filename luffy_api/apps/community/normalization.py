"""The form in which texts of students are compared with words of the filter."""

import unicodedata


def normalize(text: str) -> str:
    """Letters and digits only, in lower case and half width: `Ｆ·Ｏ o` becomes `foo`."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in folded if each.isalnum())
