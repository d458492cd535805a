"""Keys under which clients have placed orders."""

from django.db import models

from luffy_api.apps.order.models.orders import Order
from luffy_api.apps.user.models import User


class IdempotencyKey(models.Model):
    """An `Idempotency-Key` header with which an order was placed; valid for a day."""

    # No database constraints: see docs/decisions/0002.
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    key = models.CharField(max_length=64)
    # SHA-256 of the cart and its total, so that one key cannot stand for two requests.
    fingerprint = models.CharField(max_length=64)
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="idempotency_keys", db_constraint=False
    )
    created_time = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "luffy_placing_key"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
