"""What a client asked for under a key of its own."""

from django.db import models

from luffy_api.apps.order.models.orders import Order
from luffy_api.apps.user.models import User


class PlacingKey(models.Model):
    """An `Idempotency-Key` with which an order was placed; it holds for a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    key = models.CharField(max_length=64)
    # SHA-256 of what was asked for, so that the same key cannot mean two things.
    fingerprint = models.CharField(max_length=64)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="placing_keys")
    created_time = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_placing_key"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="placing_key_once_per_user")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
