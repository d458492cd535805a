"""Abstract models without a domain."""

from collections.abc import Sequence
from typing import Any, Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class TimestampedModel(models.Model):
    """Creation and last change of a row (UTC)."""

    created_time = models.DateTimeField("创建时间", auto_now_add=True)
    updated_time = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        abstract = True


class CatalogueQuerySet(models.QuerySet[Row]):
    """Filters by visibility for CatalogueModel."""

    def visible(self) -> Self:
        """Rows that students may see."""
        return self.filter(is_show=True, is_delete=False)

    def not_deleted(self) -> Self:
        """Rows that admins see: those not softly deleted, shown or hidden."""
        return self.filter(is_delete=False)


class CatalogueModel(TimestampedModel):
    """A row with a rank (`orders`, lower first), a visibility and soft deletion."""

    orders = models.PositiveIntegerField("排序", default=100, help_text="数字小的排在前面")
    is_show = models.BooleanField("是否展示", default=True)
    is_delete = models.BooleanField("是否删除", default=False, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def after_bulk_update(cls, rows: Sequence[Any]) -> None:
        """Hook: called in the transaction that wrote rows by `QuerySet.update`, not by `save`."""
