"""Columns with a text and what it is written in: 详情介绍, 文字内容, 参考答案."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from luffy_api.apps.dashboard.imports import widgets
from luffy_api.apps.dashboard.imports.resources.base import Cell, Change, TableResource
from luffy_api.libs.rich_text import formats
from luffy_api.libs.rich_text.formats import TextFormat

FORMAT = "content_format"
# Stands among the changes of a row.
REMOVED = "不允许而去掉的内容"
NOT_ALONE = "改了文字格式，文字不会自动转换：请同时填写按新格式写的文字"


def format_cell(attribute: str = FORMAT, *, default: TextFormat) -> Cell:
    """What the texts of the row are written in."""
    return Cell(
        attribute,
        "文字格式",
        widgets.ChoiceWidget(TextFormat),
        name=FORMAT,
        hint=f"富文本（HTML）或 Markdown，默认{default.label}",
    )


class TextsResource(TableResource):
    """A table with such texts. They are cleaned as the forms of the back office do."""

    text_columns: ClassVar[tuple[str, ...]] = ()
    _removed = ""

    def text_owner(self, instance: Any) -> Any:
        """The row that holds the texts; None where there is none."""
        return instance

    def after_init_instance(
        self, instance: Any, new: bool, row: Mapping[str, str], **kwargs: Any
    ) -> None:
        """Nothing has been removed yet."""
        super().after_init_instance(instance, new, row, **kwargs)
        self._removed = ""

    def import_instance(self, instance: Any, row: Mapping[str, str], **kwargs: Any) -> None:
        """Clean the texts that change. Raises ValidationError, also where only the format does."""
        super().import_instance(instance, row, **kwargs)
        owner = self.text_owner(instance)
        if owner is None:
            return
        changed = self._changed_columns(instance)
        if FORMAT in changed and not self._is_new:
            left = set(self.text_columns) - changed
            if any(getattr(owner, column).strip() for column in left):
                raise ValidationError({FORMAT: NOT_ALONE})
        removed = [self._clean(owner, column) for column in self.text_columns if column in changed]
        self._removed = "；".join(dict.fromkeys(filter(None, removed)))

    def _changed_columns(self, instance: Any) -> set[str]:
        after = self._exported(instance)
        cells = zip(self.cells, self._before, after, strict=True)
        return {cell.column_name for cell, before, now in cells if before != now}

    @staticmethod
    def _clean(owner: Any, column: str) -> str:
        text, removed = formats.clean(getattr(owner, column), text_format=owner.content_format)
        setattr(owner, column, text)
        return removed

    def _changes(self) -> list[Change]:
        changes = super()._changes()
        return [*changes, [REMOVED, "", self._removed]] if changes and self._removed else changes
