"""What an order is called, here and at the payment provider."""

from collections.abc import Sequence

MAX_SUBJECT_LENGTH = 100


def subject_of(names: Sequence[str]) -> str:
    """Made of the courses' names: a client's text is never sent to the payment provider."""
    first = names[0]
    if len(names) == 1:
        return first[:MAX_SUBJECT_LENGTH]
    return f"{first[: MAX_SUBJECT_LENGTH - 10]} 等 {len(names)} 门课程"
