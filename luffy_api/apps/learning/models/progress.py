"""How far students are, what they have finished, and how much they watch on which day."""

from collections.abc import Iterable

from django.db import connections, models

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class SectionProgressQuerySet(models.QuerySet["SectionProgress"]):
    """Progress of students."""

    def put(self, rows: Iterable["SectionProgress"]) -> None:
        """Write where existing rows stand now. One query for some hundred rows."""
        with_target = connections[self.db].features.supports_update_conflicts_with_target
        self.bulk_create(
            rows,
            update_conflicts=True,
            update_fields=[
                *("position", "watched", "earlier", "budget", "reported_at", "done_at"),
                "updated_time",
            ],
            unique_fields=["id"] if with_target else None,
        )


class SectionProgress(TimestampedModel):
    """Where a student stopped in a section, and how much of it is watched (watch_time.py).

    Reports reach the row some seconds later (progress_buffer.py): flush those of a student before
    reading. Several readers and writers of one row are told apart by its `reported_at`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="progress")
    section = models.ForeignKey(CourseSection, on_delete=models.CASCADE, related_name="progress")
    position = models.PositiveIntegerField("播放位置（秒）", default=0)
    watched = models.PositiveIntegerField("已观看（秒）", default=0)
    # How much was watched in a study period that is over, after which `watched` began anew
    # (periods.py).
    earlier = models.PositiveIntegerField("此前学习期限内已观看（秒）", null=True)
    # Since when `watched` counts (None: always). A report that went on from an older row is of the
    # period that is over (pending.py).
    counted_from = models.DateTimeField("计入观看的起点", null=True)
    # What the next report may add at most, and when the last one came.
    budget = models.PositiveIntegerField("可计入的观看时间（毫秒）", default=0)
    reported_at = models.DateTimeField("最近上报", null=True, blank=True)
    # Never taken back, whatever becomes of the section or its video (completion.py).
    done_at = models.DateTimeField("学完时间", null=True, blank=True)

    objects = SectionProgressQuerySet.as_manager()

    class Meta:
        db_table = "luffy_section_progress"
        verbose_name = verbose_name_plural = "学习进度"
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="progress_once_per_section")
        ]
        indexes = [models.Index(fields=["user", "updated_time"], name="progress_latest")]


class SectionAnswer(TimestampedModel):
    """What a student has answered to an exercise: plain text, for nobody else."""

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.CASCADE, related_name="answers"
    )
    section = models.ForeignKey(
        CourseSection, verbose_name="练习", on_delete=models.CASCADE, related_name="answers"
    )
    text = models.TextField("答案")

    class Meta:
        db_table = "luffy_section_answer"
        verbose_name = verbose_name_plural = "练习答案"
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="answer_once_per_section")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.section_id}"


class CourseCertificate(TimestampedModel):
    """结课证书: that a student has finished a course, as it was when the certificate was issued.

    What is printed stands here and follows no later change of course, teacher or school. `user` is
    None for one that a merge of two accounts left over: its number is still good.
    """

    user = models.ForeignKey(
        User,
        verbose_name="学员",
        on_delete=models.PROTECT,
        related_name="certificates",
        null=True,
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="certificates"
    )
    number = models.CharField("证书编号", max_length=26, unique=True)
    name = models.CharField("姓名", max_length=30)
    course_name = models.CharField("课程名称", max_length=128)
    teacher_name = models.CharField("讲师", max_length=32)
    school_name = models.CharField("颁发学校", max_length=30)
    sections = models.PositiveIntegerField("学完课时")
    issued_at = models.DateTimeField("颁发时间")
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)
    reason = models.CharField("吊销原因", max_length=200, blank=True)

    class Meta:
        db_table = "luffy_course_certificate"
        verbose_name = verbose_name_plural = "结课证书"
        ordering = ["-id"]
        default_permissions = ["view"]
        permissions = [("manage_coursecertificate", "吊销、恢复和更正结课证书")]
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="certificate_once_per_course"),
            models.CheckConstraint(
                name="certificate_revoked_for_a_reason",
                condition=models.Q(revoked_at__isnull=True, reason="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_valid(self) -> bool:
        """Whether it was not revoked."""
        return self.revoked_at is None


class StudyDay(models.Model):
    """How many seconds a student has watched of a course on a day in Shanghai (study_days.py)."""

    day = models.DateField("日期")
    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.CASCADE, related_name="study_days"
    )
    # No key of the database: inserts would share a lock on the course's row.
    course = models.ForeignKey(
        Course,
        verbose_name="课程",
        on_delete=models.CASCADE,
        related_name="study_days",
        db_constraint=False,
    )
    seconds = models.PositiveIntegerField("观看（秒）", default=0)

    class Meta:
        db_table = "luffy_study_day"
        verbose_name = verbose_name_plural = "每日学习"
        constraints = [
            models.UniqueConstraint(fields=["day", "user", "course"], name="study_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}，{self.user}：{self.course}"
