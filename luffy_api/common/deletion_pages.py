"""The page that asks before rows are deleted: what goes with them, in Chinese punctuation."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin

# A text for each row, followed by those of the rows that go with it.
Rows: TypeAlias = "Sequence[str | Rows]"


class DeletionPagesAdmin(BaseAdmin):
    """Mixin before every ModelAdmin of the site (admin_site.py)."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Hook of Django, which writes a colon of half width behind the kind of each row.

        A page of ours may list names alone, which stay as they are.
        """
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if self._lists_names(deleted):
            return deleted, counts, lacking, protected
        return _full_width(deleted), counts, lacking, _full_width(protected)

    def _lists_names(self, deleted: Rows) -> bool:
        kind = capfirst(str(self.opts.verbose_name))
        return not any(isinstance(row, str) and row.startswith(f"{kind}: ") for row in deleted)


def _full_width(rows: Rows) -> list[Any]:
    """Texts stay what they are, marked as safe or not."""
    return [
        type(row)(row.replace(": ", "：", 1)) if isinstance(row, str) else _full_width(row)
        for row in rows
    ]
