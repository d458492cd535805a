"""Quizzes, their questions, and what students have answered."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning.quiz_questions import MAX_POINTS, QuestionKind, problems, tidy
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


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
        return f"第 {self.orders} 题 {Truncator(self.text).chars(20)}".strip()

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
        indexes = [
            # The figures of a quiz, without its rows, which are as long as its questions.
            models.Index(fields=["section", "user", "passed"], name="attempt_figures"),
            # The latest of a quiz.
            models.Index(fields=["section", "id"], name="attempt_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.section_id} #{self.number}"


class QuizPicture(models.Model):
    """A picture that attempts at a quiz show, whatever has become of its questions.

    Attempts keep their questions and may be many; what they name is kept once.
    """

    section = models.ForeignKey(CourseSection, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)

    class Meta:
        db_table = "luffy_quiz_picture"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["section", "name"], name="quiz_picture_once")
        ]

    def __str__(self) -> str:
        return self.name


class QuizPictureCheckpoint(models.Model):
    """The last attempt whose pictures are kept; one row."""

    attempt_id = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "luffy_quiz_picture_checkpoint"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.attempt_id)
