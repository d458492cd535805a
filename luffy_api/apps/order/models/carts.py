"""Courses that students have put aside to buy together."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from luffy_api.apps.course.models import Course
from luffy_api.apps.user.models import User
from luffy_api.common.models import TimestampedModel


class CartItem(TimestampedModel):
    """A course in the cart of a student. It promises nothing: prices are those of the checkout."""

    # No database constraints: see docs/decisions/0002.
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    # Yuan, when the student put it there; says whether it has become cheaper or dearer since.
    price_seen = models.DecimalField(
        max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        db_table = "luffy_cart_item"
        verbose_name = verbose_name_plural = "选课车"
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="cart_item_once_per_course")
        ]
        indexes = [models.Index(fields=["created_time"], name="cart_item_by_age")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.course_id}"
