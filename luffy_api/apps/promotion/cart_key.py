"""One key for the set of courses in an order."""

import hashlib
from collections.abc import Iterable


def cart_key(*, user_id: int, course_ids: Iterable[int]) -> str:
    """SHA-256 (hex) of the user and the set of courses; the sequence does not matter."""
    courses = ",".join(str(pk) for pk in sorted(course_ids))
    return hashlib.sha256(f"{user_id}:{courses}".encode()).hexdigest()
