"""How far students are, what they have finished, and how much they watch on which day."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections, models
from django.db.models import F, Q

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.learning.quiz_questions import MAX_POINTS, QuestionKind, problems, tidy
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
                *("position", "watched", "budget", "reported_at", "done_at", "updated_time")
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
        return f"{self.day}: {self.seconds}"


class Quiz(TimestampedModel):
    """How the questions of a section are asked; a section without the row has no questions."""

    class Reveal(models.IntegerChoices):
        ALWAYS = 1, "每次提交后"
        PASSED = 2, "通过后"
        NEVER = 3, "不显示"

    section = models.OneToOneField(
        CourseSection,
        verbose_name="课时",
        on_delete=models.CASCADE,
        related_name="quiz",
        primary_key=True,
    )
    pass_percent = models.PositiveSmallIntegerField(
        "及格线（%）",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="得分达到满分的这个比例即通过，通过后课时记为学完",
    )
    max_attempts = models.PositiveSmallIntegerField(
        "可答次数",
        default=0,
        validators=[MaxValueValidator(1000)],
        help_text="0 表示不限次数；用完仍未通过的学员不能学完这一课时",
    )
    reveal = models.PositiveSmallIntegerField(
        "显示答案和解析",
        choices=Reveal,
        default=Reveal.PASSED,
        help_text="学员总能看到得分和每题对错",
    )

    class Meta:
        db_table = "luffy_quiz"
        verbose_name = verbose_name_plural = "测验"
        ordering = ["-section_id"]
        default_permissions = ["view", "add", "change"]
        constraints = [
            models.CheckConstraint(
                name="quiz_pass_percent", condition=Q(pass_percent__gte=1, pass_percent__lte=100)
            )
        ]

    def __str__(self) -> str:
        return self.section.name


class QuizQuestion(TimestampedModel):
    """A question as it is written (quiz_questions.py)."""

    quiz = models.ForeignKey(
        Quiz, verbose_name="测验", on_delete=models.CASCADE, related_name="questions"
    )
    orders = models.PositiveSmallIntegerField("题号", default=1)
    kind = models.PositiveSmallIntegerField(
        "题型", choices=QuestionKind, default=QuestionKind.SINGLE
    )
    text = models.TextField("题目", help_text="Markdown；填空题用 ____ 标出要填的空")
    options = models.TextField("选项", blank=True, help_text="选择题填写，一行一个")
    answer = models.TextField(
        "答案", help_text="选择题填字母，如 AC；判断题填对或错；填空题一行一个空，几种写法用 | 隔开"
    )
    points = models.PositiveSmallIntegerField(
        "分值", default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_POINTS)]
    )
    explanation = models.TextField("解析", blank=True, help_text="Markdown")

    class Meta:
        db_table = "luffy_quiz_question"
        verbose_name = verbose_name_plural = "测验题目"
        ordering = ["orders", "id"]
        constraints = [
            models.CheckConstraint(name="question_has_points", condition=Q(points__gte=1)),
            models.CheckConstraint(name="question_kind", condition=Q(kind__in=QuestionKind.values)),
        ]

    def __str__(self) -> str:
        return f"第 {self.orders} 题"

    def clean(self) -> None:
        """Hook of Django: forms refuse what cannot be asked or marked."""
        tidy(self)
        found: dict[str, list[str]] = {}
        for name, sentence in problems(self):
            found.setdefault(name, []).append(sentence)
        if found:
            raise ValidationError(found)


class QuizAttempt(TimestampedModel):
    """What a student has answered to which questions, and the marks of that day.

    `asked` are the questions as they were then, with their right answers; `answers` what was given
    to each, `marks` what that was worth. Nothing of it follows a later change of the quiz.
    """

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.CASCADE, related_name="quiz_attempts"
    )
    section = models.ForeignKey(
        CourseSection, verbose_name="测验", on_delete=models.CASCADE, related_name="quiz_attempts"
    )
    number = models.PositiveIntegerField("第几次")
    request_key = models.CharField("请求标识", max_length=64)
    version = models.CharField("题目版本", max_length=32)
    asked = models.JSONField("题目")
    answers = models.JSONField("作答")
    marks = models.JSONField("判分")
    points = models.PositiveIntegerField("得分")
    total = models.PositiveIntegerField("满分")
    passed = models.BooleanField("通过")

    class Meta:
        db_table = "luffy_quiz_attempt"
        verbose_name = verbose_name_plural = "测验作答"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "section", "number"], name="attempt_number_once"
            ),
            models.UniqueConstraint(
                fields=["user", "section", "request_key"], name="attempt_sent_once"
            ),
            models.CheckConstraint(
                name="attempt_points", condition=Q(total__gte=1, points__lte=F("total"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.section_id} #{self.number}"
