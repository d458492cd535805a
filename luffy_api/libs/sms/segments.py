"""How many messages a text is charged as: Chinese text is UCS-2, 70 units for one message.

A longer one is sent in parts of 67 units, since each names the whole that it belongs to; the
provider charges every part.
"""

SINGLE, PART = 70, 67
# Tencent takes no longer message, signature included.
MAX_UNITS = 500


def count_units(text: str) -> int:
    """Units of UCS-2; an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def count_segments(text: str) -> int:
    """Messages that are charged for one recipient; none for no text."""
    units = count_units(text)
    if units <= SINGLE:
        return min(units, 1)
    return -(-units // PART)
