"""The set of courses of an open order, as one key."""

import hashlib
from collections.abc import Iterable


def basket_key(*, user_id: int, course_ids: Iterable[int]) -> str:
    """The same for the same user and set of courses, in whatever order they were sent."""
    courses = ",".join(str(pk) for pk in sorted(course_ids))
    return hashlib.sha256(f"{user_id}:{courses}".encode()).hexdigest()
