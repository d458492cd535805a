"""Amounts that students have paid, on lists of what else many may see.

What a coupon takes off is a figure of the coupon, and there for whoever makes coupons.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest

from luffy_api.common.admin import ReadOnlyAdmin

# Whoever may see orders sees what was paid for them.
PERMISSION = "order.view_order"


class MoneyAdmin(ReadOnlyAdmin):
    """Columns and fields of `money` are there for who may see orders; 运营 may not."""

    money: ClassVar[frozenset[str]] = frozenset()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Hook of Django."""
        return self._seen(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hook of Django."""
        return self._seen(request, super().get_fields(request, obj))

    def _seen(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        may = request.user.has_perm(PERMISSION)  # type: ignore[union-attr]
        return [name for name in names if may or name not in self.money]
