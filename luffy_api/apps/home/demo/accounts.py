"""The demo accounts. Their passwords are public, so production settings refuse them."""

from django.db.models import Q

from luffy_api.apps.user.models import User

STUDENTS = (("student", "13800000001", "小帆"), ("student2", "13800000002", "小舟"))
STUDENT_PASSWORD = "luffy-student"  # noqa: S105
ADMIN, ADMIN_NICKNAME = "admin", "教务老师"
ADMIN_PASSWORD = "luffy-admin"  # noqa: S105


def load() -> None:
    """Creates the missing accounts; existing ones are not changed."""
    for username, mobile, nickname in STUDENTS:
        if not User.objects.filter(Q(username=username) | Q(mobile=mobile)).exists():
            User.objects.create_user(
                username, None, STUDENT_PASSWORD, mobile=mobile, nickname=nickname
            )
    if not User.objects.filter(username=ADMIN).exists():
        User.objects.create_superuser(ADMIN, None, ADMIN_PASSWORD, nickname=ADMIN_NICKNAME)
