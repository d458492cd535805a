"""`manage.py load_demo`: a small school with courses, teachers, a video and accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from luffy_api.apps.course.models import Course, CourseSection, Teacher
from luffy_api.apps.home.demo import accounts, loading


class Command(BaseCommand):
    """Loads the demo data; may be run again."""

    help = "Load the demo school (development only). Rows that exist are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError unless settings.DEMO_ALLOWED: the passwords are public."""
        if not settings.DEMO_ALLOWED:
            raise CommandError(
                "演示数据只能在开发环境载入 (demo data is refused with these settings: "
                "its accounts have public passwords)."
            )
        loading.load_all()
        self.stdout.write(self._summary())

    def _summary(self) -> str:
        students = "、".join(name for name, *_ in accounts.STUDENTS)
        return (
            f"演示数据已就绪：{Course.objects.count()} 门课程，"
            f"{CourseSection.objects.count()} 个课时，{Teacher.objects.count()} 位讲师。\n"
            f"学员 {students} 初始密码 {accounts.STUDENT_PASSWORD}；"
            f"后台 {accounts.ADMIN} 初始密码 {accounts.ADMIN_PASSWORD}"
        )
