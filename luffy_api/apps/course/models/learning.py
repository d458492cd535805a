"""Who may watch what, and how far they are."""

from django.db import models

from luffy_api.apps.course.models.catalogue import Course, CourseSection
from luffy_api.apps.course.querysets import EnrollmentQuerySet
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class Enrollment(TimestampedModel):
    """The right of one user to one course; the only thing that opens a paid section."""

    class Source(models.IntegerChoices):
        FREE = 0, "免费加入"
        ORDER = 1, "购买"
        GRANT = 2, "后台赠送"

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="enrollments"
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="enrollments"
    )
    source = models.SmallIntegerField("来源", choices=Source)
    out_trade_no = models.CharField("订单号", max_length=64, blank=True, db_index=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        db_table = "luffy_enrollment"
        verbose_name = verbose_name_plural = "已购课程"
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="enrollment_once_per_course")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.course_id}"


class SectionProgress(TimestampedModel):
    """Where a student stopped in a section, and how much of it they have watched (watching.py)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="progress")
    section = models.ForeignKey(CourseSection, on_delete=models.CASCADE, related_name="progress")
    position = models.PositiveIntegerField("播放位置(秒)", default=0)
    watched = models.PositiveIntegerField("已观看(秒)", default=0)
    # What the next report may add at most, and when the last one came.
    allowance = models.PositiveIntegerField("可计入的观看时间(毫秒)", default=0)
    reported_at = models.DateTimeField("最近上报", null=True, blank=True)

    class Meta:
        db_table = "luffy_section_progress"
        verbose_name = verbose_name_plural = "学习进度"
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="progress_once_per_section")
        ]
        indexes = [models.Index(fields=["user", "updated_time"], name="progress_latest")]
