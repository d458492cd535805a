"""Between the texts of cells and values of fields, in both directions.

`clean` takes a text (blank for an empty cell) and raises ValueError with a Chinese sentence;
`render` makes the text that `clean` understands.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from luffy_api.common.readable_text import has_something_to_read
from luffy_api.libs import spreadsheets

if TYPE_CHECKING:

    class Widget:
        """import_export.widgets.Widget, which has no types."""
else:
    from import_export.widgets import Widget

YES = {"是", "yes", "true", "y", "1", "√", "对"}
NO = {"否", "no", "false", "n", "0", "×", "错"}
AMOUNT = re.compile(r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d{1,12})(\.\d{1,10})?\s*[元]{0,1}", re.ASCII)
NUMBER = re.compile(r"\d{1,10}", re.ASCII)
WHOLE = re.compile(r"-?\d+", re.ASCII)
# 2026-1-5, 2026/1/5, 2026.1.5, 2026年1月5日, with a time of day or without.
DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|[年](\d{1,2})[月])(\d{1,2})[日]{0,1}"
    r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?",
    re.ASCII,
)
FIRST_YEAR, LAST_YEAR = 2000, 2100
SEPARATORS = re.compile("[、；;，,]")
# A cell takes 32,767 characters; ids are shorter than names.
MAX_NAMES = 30_000
# Names and ids of one query: 500 rows may have a million of them, of which no database takes all.
WORDS = 10_000


def normalized(text: str) -> str:
    """The text by which words of a cell are compared: without width, case and blanks around."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


class TextWidget(Widget):
    """A text as it is, or none where nobody could see it."""

    column: Any = staticmethod(spreadsheets.text)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        return value if has_something_to_read(value) else ""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value or ""

    def is_same(self, text: str, before: str) -> bool:
        """Whether a cell is what a spreadsheet makes of the text that an export wrote."""
        return False


class NullTextWidget(TextWidget):
    """A text that is NULL where there is none."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return super().clean(value) or None


class YesNoWidget(TextWidget):
    """是 and 否, and what Excel and programs write for them."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        word = normalized(value)
        if word in YES:
            return True
        if word in NO:
            return False
        raise ValueError(f"“{value}”不是“是”或“否”")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else ("是" if value else "否")


class ChoiceWidget(TextWidget):
    """A label of `choices`, such as 上线, but those `without`."""

    def __init__(
        self,
        choices: type[models.IntegerChoices] | type[models.TextChoices],
        *,
        without: Collection[Any] = (),
    ) -> None:
        super().__init__()
        self.labels: dict[Any, str] = {
            each.value: str(each.label) for each in choices if each not in without
        }
        self._values = {normalized(label): value for value, label in self.labels.items()}

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        try:
            return self._values[normalized(value)]
        except KeyError:
            words = "、".join(self.labels.values())
            raise ValueError(f"“{value}”不在可选值中：{words}") from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.labels[value]


class NullChoiceWidget(ChoiceWidget):
    """Such a label; NULL where there is none."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return super().clean(value) if value else None


class NumberWidget(TextWidget):
    """A whole number that is not negative."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        text = unicodedata.normalize("NFKC", value)
        if not NUMBER.fullmatch(text):
            raise ValueError(f"“{value}”{_number_fault(text)}")
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


def _number_fault(text: str) -> str:
    if not WHOLE.fullmatch(text):
        return "不是整数"
    return "小于 0" if text.startswith("-") else "太大"


class NullNumberWidget(NumberWidget):
    """Such a number; NULL where there is none."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return super().clean(value) if value else None


class MoneyWidget(TextWidget):
    """An amount in yuan: 99, 99.0, 1,299.00, ￥99."""

    column = staticmethod(spreadsheets.money)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        match = AMOUNT.fullmatch(unicodedata.normalize("NFKC", value))
        if match is None:
            raise ValueError(f"“{value}”不是金额，例如 99 或 99.00")
        amount = Decimal(match[1].replace(",", "") + (match[2] or ""))
        if amount != amount.quantize(Decimal("0.01")):
            raise ValueError(f"“{value}”超过两位小数")
        return amount.quantize(Decimal("0.01"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{value:.2f}"


class NullMoneyWidget(MoneyWidget):
    """Such an amount; NULL where there is none."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return super().clean(value) if value else None


class DayWidget(TextWidget):
    """A day; NULL where there is none."""

    column = staticmethod(spreadsheets.day)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if not value:
            return None
        moment = _moment(value)
        if moment.time() != time():
            raise ValueError(f"“{value}”是时间，这里只要日期")
        return moment.date()

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else value.isoformat()


class MomentWidget(TextWidget):
    """A moment by the clock of settings.TIME_ZONE, to the second; NULL where there is none."""

    column = staticmethod(spreadsheets.time)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return timezone.make_aware(_moment(value)) if value else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        return timezone.localtime(value).isoformat(" ", "seconds")[:19]

    def is_same(self, text: str, before: str) -> bool:
        """Excel shows a moment of a CSV, and saves it, without its seconds."""
        match = DAY.fullmatch(unicodedata.normalize("NFKC", text))
        if not before or match is None or match.groups()[-1] is not None:
            return False
        try:
            return _moment(text).isoformat(" ", "minutes") == before[:16]
        except ValueError:
            return False


def _moment(text: str) -> datetime:
    match = DAY.fullmatch(unicodedata.normalize("NFKC", text))
    problem = f"“{text}”不是日期，例如 2026-01-05 或 2026/1/5 10:20"
    if match is None:
        raise ValueError(problem)
    year, *months, day, hour, minute, second = match.groups()
    month = next(each for each in months if each)
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(f"“{text}”的年份不在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")
    try:
        parts = (int(year), int(month), int(day), int(hour or 0), int(minute or 0))
        return datetime(*parts, int(second or 0))  # noqa: DTZ001  (the caller knows the zone)
    except ValueError:
        raise ValueError(problem) from None


class ReferenceWidget(TextWidget):
    """Another row, by its name, or by its id where no name fits.

    `references` are those that the rows of a batch refer to, set before these are cleaned.
    """

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label
        self.references = References([])

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return self.references.one(value, self.label)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.references.shown(value)


class ReferencesWidget(ReferenceWidget):
    """Several of them, one on each line, or separated by 、 or ；."""

    def words(self, text: str) -> list[str]:
        """The names and ids. A line that is no row as a whole is several."""
        found: list[str] = []
        for line in filter(None, map(str.strip, text.splitlines())):
            parts = [line] if self.references.named(line) else SEPARATORS.split(line)
            found += filter(None, map(str.strip, parts))
        return found

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        one = super().clean
        rows = {each.pk: each for each in map(one, self.words(value))}
        return [rows[pk] for pk in sorted(rows)]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        names = [self.references.shown(each) for each in value or []]
        if sum(map(len, names)) + len(names) > MAX_NAMES:
            names = [str(each.pk) for each in value]
        return "\n".join(names)


def words_of(texts: Iterable[str]) -> set[str]:
    """Whatever of the texts of such cells may be a name or an id, for `References.load`."""
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return {*lines, *(part.strip() for line in lines for part in SEPARATORS.split(line))}


class References:
    """Rows of a table by name and id; `new` ones have no id yet."""

    def __init__(self, rows: Iterable[Any], new: Iterable[Any] = ()) -> None:
        self._by_id = {each.pk: each for each in rows}
        self._by_name: dict[str, list[Any]] = {}
        for each in (*self._by_id.values(), *new):
            self._by_name.setdefault(each.name, []).append(each)

    @property
    def rows(self) -> list[Any]:
        """Those with an id."""
        return [*self._by_id.values()]

    @classmethod
    def load(cls, rows: models.QuerySet[Any], texts: Iterable[str]) -> "References":
        """Those of `rows` whose names or ids are among the texts; one query for each WORDS."""
        words = sorted({text for text in texts if text})
        found: dict[int, Any] = {}
        for start in range(0, len(words), WORDS):
            part = words[start : start + WORDS]
            ids = [int(word) for word in part if NUMBER.fullmatch(word)]
            of_part = rows.filter(models.Q(name__in=part) | models.Q(pk__in=ids))
            found.update((row.pk, row) for row in of_part)
        return cls([found[pk] for pk in sorted(found)])

    def named(self, text: str) -> list[Any]:
        """The rows of this name, or else that of this id."""
        if found := self._by_name.get(text):
            return found
        row = self._by_id.get(int(text)) if NUMBER.fullmatch(text) else None
        return [row] if row is not None else []

    def one(self, text: str, label: str) -> Any:
        """The row of this name or id. Raises ValueError."""
        found = self.named(text)
        if not found:
            raise ValueError(f"没有{label}“{text}”")
        if len(found) > 1:
            ids = "、".join(str(each.pk) for each in found)
            raise ValueError(f"有 {len(found)} 个{label}叫“{text}”，请填写编号（{ids}）")
        return found[0]

    def shown(self, row: Any) -> str:
        """The name by which `one` finds the row again; its id where the name is not enough."""
        name: str = row.name
        is_plain = name == name.strip() and not NUMBER.fullmatch(name)
        is_alone = len(self._by_name.get(name, [])) <= 1
        return name if row.pk is None or (is_plain and is_alone) else str(row.pk)
