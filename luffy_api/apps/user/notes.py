"""Notes of staff about students."""

from django.db import transaction
from django.db.models import QuerySet

from luffy_api.apps.user import locks
from luffy_api.apps.user.exceptions import StudentClosed
from luffy_api.apps.user.models import StudentNote
from luffy_api.common.transactions import retry_deadlocks


def of_student(user_id: int) -> QuerySet[StudentNote]:
    """All about one student with their authors, the newest first. One query."""
    return StudentNote.objects.filter(user_id=user_id).select_related("author").order_by("-id")


@retry_deadlocks
@transaction.atomic
def write(*, user_id: int, author_id: int, text: str) -> StudentNote:
    """Add a note. Raises StudentClosed for an account that is closed: nobody's data comes back."""
    if not locks.lock_open_user(user_id):
        raise StudentClosed
    return StudentNote.objects.create(user_id=user_id, author_id=author_id, text=text)
