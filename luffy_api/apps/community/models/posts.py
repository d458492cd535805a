"""What questions and answers have in common: an author, a text, and what staff think of it."""

from typing import Self, TypeVar

from django.db import models

from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel

MAX_TEXT = 2000
MAX_REASON = 200

Row = TypeVar("Row", bound="Post")


class PostState(models.IntegerChoices):
    """Who sees a question or an answer: its author in each state."""

    SHOWN = 1, "已展示"
    PENDING = 2, "待审核"
    HIDDEN = 3, "已隐藏"


class PostQuerySet(models.QuerySet[Row]):
    """Questions or answers by who sees them."""

    def shown(self) -> Self:
        """Those that other students see."""
        return self.filter(state=PostState.SHOWN)


class Post(TimestampedModel):
    """A text of a student or of the school.

    `reason` says why staff have hidden it; while it is there, whatever its author writes waits for
    staff. `report_count` are the reports since staff have looked at it last.
    """

    user = models.ForeignKey(
        User, verbose_name="作者", on_delete=models.PROTECT, related_name="own_%(class)ss"
    )
    text = models.TextField("内容", max_length=MAX_TEXT)
    # When the author changed it last (UTC); None as long as it is as it was first written.
    edited_at = models.DateTimeField("修改时间", null=True, editable=False)
    state = models.PositiveSmallIntegerField("状态", choices=PostState, default=PostState.SHOWN)
    reason = models.CharField("隐藏原因", max_length=MAX_REASON, blank=True)
    report_count = models.PositiveIntegerField("举报数", default=0)

    class Meta:
        abstract = True
