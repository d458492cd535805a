"""When students logged in, how, and from which address."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from luffy_api.apps.user.models import StudentLogin, User
from luffy_api.common.deletion import delete_in_chunks


def record(*, user: User, way: StudentLogin.Way, address: str) -> None:
    """Keep a login that has succeeded."""
    StudentLogin.objects.create(user=user, way=way, address=address)


def of_student(user_id: int) -> QuerySet[StudentLogin]:
    """Of one student, the newest first. One query."""
    return StudentLogin.objects.filter(user_id=user_id).order_by("-id")


def last_by_way(user_id: int) -> dict[int, datetime]:
    """When a student last logged in by each way, as far as it is kept. One query."""
    rows = StudentLogin.objects.filter(user_id=user_id).order_by().values_list("way")
    return dict(rows.annotate(last=Max("created_time")))


def clear_expired() -> int:
    """Delete those that are old; how many."""
    until = timezone.now() - settings.LOGIN_RETENTION
    return delete_in_chunks(StudentLogin.objects.filter(created_time__lt=until))
