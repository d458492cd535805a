"""Questions under sections, their answers, and reports of both."""

from django.db import models
from django.db.models import F, Q

from luffy_api.apps.community.models.posts import MAX_REASON, MAX_TEXT, Post, PostQuerySet
from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel

MAX_TITLE = 100
# Seconds of a video.
MAX_POSITION = 24 * 3600


class Question(Post):
    """What a student asks under a section, at a second of its video if `position` is there.

    `course` is that of the section, and `answer_count` counts the shown answers; both are kept for
    the lists.
    """

    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="questions"
    )
    section = models.ForeignKey(
        CourseSection, verbose_name="课时", on_delete=models.PROTECT, related_name="questions"
    )
    title = models.CharField("标题", max_length=MAX_TITLE)
    text = models.TextField("内容", max_length=MAX_TEXT, blank=True)
    position = models.PositiveIntegerField("视频时间点（秒）", null=True, blank=True)
    answer_count = models.PositiveIntegerField("回答数", default=0)

    objects = PostQuerySet["Question"].as_manager()

    class Meta:
        db_table = "luffy_question"
        verbose_name = verbose_name_plural = "提问"
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [("moderate_question", "审核问答"), ("answer_question", "回答提问")]
        indexes = [
            # Pages of a section and of a course, and what staff have to look at.
            models.Index(fields=["section", "state", "id"], name="question_of_section"),
            models.Index(fields=["course", "state", "id"], name="question_of_course"),
            models.Index(fields=["state", "answer_count", "id"], name="question_unanswered"),
            models.Index(fields=["report_count"], name="question_reported"),
        ]

    def __str__(self) -> str:
        # Not the title: the log keeps this after the question, or its author, is gone.
        return f"提问 {self.pk}"


class Answer(Post):
    """An answer to a question.

    `author_role` is what its author was when it was written. `accepted_for` is its question, if
    that has accepted it: unique, so that a question has at most one.
    """

    class AuthorRole(models.IntegerChoices):
        STUDENT = 1, "学员"
        TEACHER = 2, "讲师"
        SCHOOL = 3, "学校"

    question = models.ForeignKey(
        Question, verbose_name="提问", on_delete=models.CASCADE, related_name="answers"
    )
    author_role = models.PositiveSmallIntegerField(
        "身份", choices=AuthorRole, default=AuthorRole.STUDENT
    )
    accepted_for = models.OneToOneField(
        Question,
        on_delete=models.CASCADE,
        related_name="accepted_answer",
        null=True,
        editable=False,
    )

    objects = PostQuerySet["Answer"].as_manager()

    class Meta:
        db_table = "luffy_answer"
        verbose_name = verbose_name_plural = "回答"
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="answer_accepted_for_its_question",
                condition=Q(accepted_for=None) | Q(accepted_for=F("question")),
            ),
            models.CheckConstraint(
                name="answer_accepted_is_shown", condition=Q(accepted_for=None) | Q(state=1)
            ),
        ]
        indexes = [
            # Pages of a question: the accepted answer, then the others, the oldest first.
            models.Index(
                fields=["question", "state", "-accepted_for", "id"], name="answer_of_question"
            ),
            models.Index(fields=["state", "id"], name="answer_state"),
            models.Index(fields=["author_role", "id"], name="answer_author_role"),
            models.Index(fields=["report_count"], name="answer_reported"),
        ]

    def __str__(self) -> str:
        return f"提问 {self.question_id} 的回答 {self.pk}"


class Report(TimestampedModel):
    """A student finds a question or an answer to be against the rules; once each."""

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.CASCADE, related_name="reports"
    )
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="reports", null=True
    )
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="reports", null=True)
    reason = models.CharField("原因", max_length=MAX_REASON)

    class Meta:
        db_table = "luffy_report"
        verbose_name = verbose_name_plural = "举报"
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "question"], name="report_question_once"),
            models.UniqueConstraint(fields=["user", "answer"], name="report_answer_once"),
            models.CheckConstraint(
                name="report_of_one",
                condition=Q(question=None, answer__isnull=False)
                | Q(question__isnull=False, answer=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}：{self.reason}"
