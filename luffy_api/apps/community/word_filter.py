"""Which texts wait for staff, by the words that these have entered."""

from luffy_api.apps.community.models import FilteredWord
from luffy_api.apps.community.normalization import normalize


def is_filtered(text: str) -> bool:
    """Whether a text has one of the words in it. One query, none for an empty text."""
    normalized = normalize(text)
    if not normalized:
        return False
    words = FilteredWord.objects.order_by().values_list("word", flat=True)
    return any(word in normalized for word in map(normalize, words) if word)
