"""What an order is called, here and at the payment provider."""

from collections.abc import Sequence

MAX_SUBJECT_LENGTH = 100


def subject_of(names: Sequence[str]) -> str:
    """Made of the courses' names: a client's text is never sent to the payment provider."""
    first = names[0]
    if len(names) == 1:
        return first[:MAX_SUBJECT_LENGTH]
    return f"{first[: MAX_SUBJECT_LENGTH - 10]} 等 {len(names)} 门课程"


def subject_of_package(name: str, count: int) -> str:
    """Of an order of a package, by how many courses of it are paid."""
    return f"套餐：{name}（{count} 门课程）"
