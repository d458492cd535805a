"""What students think of a course: one rating each, and how many there are of each."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from luffy_api.apps.course.models import Course
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel

STARS = range(1, 6)
MAX_TEXT = 1000
MAX_REASON = 200


class RatingQuerySet(models.QuerySet["Rating"]):
    """Ratings by who sees them."""

    def shown(self) -> Self:
        """Ratings that everybody sees, and that count."""
        return self.filter(state=Rating.State.SHOWN)


class Rating(TimestampedModel):
    """Stars of one student for one course, with a text that may be empty, and the school's answer.

    Only shown ratings count. `reason` says why staff have hidden it; while it is there, whatever
    the student writes waits for staff.
    """

    class State(models.IntegerChoices):
        SHOWN = 1, "已展示"
        PENDING = 2, "待审核"
        HIDDEN = 3, "已隐藏"

    user = models.ForeignKey(
        User, verbose_name="学员", on_delete=models.PROTECT, related_name="ratings"
    )
    course = models.ForeignKey(
        Course, verbose_name="课程", on_delete=models.PROTECT, related_name="ratings"
    )
    stars = models.PositiveSmallIntegerField(
        "星级", validators=[MinValueValidator(STARS[0]), MaxValueValidator(STARS[-1])]
    )
    text = models.TextField("评价内容", max_length=MAX_TEXT, blank=True)
    # When the student changed it last (UTC); None as long as it is as it was first written.
    edited_at = models.DateTimeField("修改时间", null=True, editable=False)
    state = models.PositiveSmallIntegerField("状态", choices=State, default=State.SHOWN)
    reason = models.CharField("隐藏原因", max_length=MAX_REASON, blank=True)
    answer = models.TextField("回复", max_length=MAX_TEXT, blank=True)
    answered_by = models.ForeignKey(
        User,
        verbose_name="回复人",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    answered_at = models.DateTimeField("回复时间", null=True, editable=False)
    # When the student was told of an answer last (UTC), whatever has become of that answer.
    answer_told_at = models.DateTimeField(null=True, editable=False)

    objects = RatingQuerySet.as_manager()

    class Meta:
        db_table = "luffy_rating"
        verbose_name = verbose_name_plural = "课程评价"
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [("moderate_rating", "审核评价"), ("answer_rating", "回复评价")]
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="rating_once_per_course"),
            models.CheckConstraint(
                name="rating_one_to_five_stars",
                condition=Q(stars__gte=STARS[0], stars__lte=STARS[-1]),
                violation_error_message="星级为 1 到 5",
            ),
        ]
        indexes = [
            # Pages of a course, of all its ratings and of those with so many stars.
            models.Index(fields=["course", "state", "id"], name="rating_page"),
            models.Index(fields=["course", "state", "stars", "id"], name="rating_stars_page"),
            models.Index(fields=["state", "id"], name="rating_state"),
            # Whether the school has answered.
            models.Index(fields=["answered_at"], name="rating_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.course}，{self.stars} 星"

    @property
    def logged_name(self) -> str:
        """For the log, which outlives the account."""
        return f"学员 {self.user_id}：{self.course}"


class CourseRatings(models.Model):
    """How many shown ratings of a course have how many stars; written with each of them.

    Without a row a course has none. `Course.rating_count` and its average follow from it.
    """

    course = models.OneToOneField(
        Course, on_delete=models.CASCADE, primary_key=True, related_name="rating_counts"
    )
    stars_1 = models.PositiveIntegerField("1 星", default=0)
    stars_2 = models.PositiveIntegerField("2 星", default=0)
    stars_3 = models.PositiveIntegerField("3 星", default=0)
    stars_4 = models.PositiveIntegerField("4 星", default=0)
    stars_5 = models.PositiveIntegerField("5 星", default=0)

    class Meta:
        db_table = "luffy_course_ratings"
        verbose_name = verbose_name_plural = "课程评价数"

    def __str__(self) -> str:
        return f"{self.course_id}：{self.by_stars}"

    @property
    def by_stars(self) -> dict[int, int]:
        """How many ratings there are of each number of stars."""
        return {stars: getattr(self, f"stars_{stars}") for stars in STARS}
