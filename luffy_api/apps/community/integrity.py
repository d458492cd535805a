"""Contradictions between ratings and what courses show of them."""

from collections.abc import Callable, Iterator

from luffy_api.apps.community import rating_counts
from luffy_api.apps.community.models import Rating


def _wrong_numbers() -> Iterator[str]:
    yield from (f"课程 {pk}" for pk in rating_counts.differences())


def _of_merged_account() -> Iterator[str]:
    left = Rating.objects.filter(user__merged_into__isnull=False).order_by("pk")
    yield from (f"评价 {pk}" for pk in left.values_list("pk", flat=True))


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "课程显示的评价数或平均星级与评价不符": _wrong_numbers,
    "评价属于已并入其他账号的账号，请再合并一次": _of_merged_account,
}
