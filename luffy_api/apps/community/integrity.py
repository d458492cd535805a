"""Contradictions between ratings and what courses show of them, and what a merge left."""

from collections.abc import Callable, Iterator

from luffy_api.apps.community import moved_sections, question_counts, rating_counts
from luffy_api.apps.community.models import Answer, Favourite, Note, Question, Rating


def _wrong_numbers() -> Iterator[str]:
    yield from (f"课程 {pk}" for pk in rating_counts.differences())


def _of_merged_account() -> Iterator[str]:
    left = Rating.objects.filter(user__merged_into__isnull=False).order_by("pk")
    yield from (f"评价 {pk}" for pk in left.values_list("pk", flat=True))
    for model in (Question, Answer, Note):
        posts = model.objects.filter(user__merged_into__isnull=False).order_by("pk")
        for pk in posts.values_list("pk", flat=True):
            yield f"{model._meta.verbose_name} {pk}"


def _wrong_answer_counts() -> Iterator[str]:
    yield from (f"提问 {pk}" for pk in question_counts.differences())


def _favourite_of_merged_account() -> Iterator[str]:
    left = Favourite.objects.filter(user__merged_into__isnull=False).order_by("pk")
    yield from (f"收藏 {pk}" for pk in left.values_list("pk", flat=True))


def _in_another_course() -> Iterator[str]:
    yield from (f"{name} {pk}" for name, pk in moved_sections.differences())


RULES: dict[str, Callable[[], Iterator[str]]] = {
    "课程显示的评价数或平均星级与评价不符": _wrong_numbers,
    "提问显示的回答数与回答不符": _wrong_answer_counts,
    "提问或笔记不在课时所在的课程里，请运行 manage.py recount_answers": _in_another_course,
    "评价、提问、回答或笔记属于已并入其他账号的账号，请再合并一次": _of_merged_account,
    "收藏属于已并入其他账号的账号，请再合并一次": _favourite_of_merged_account,
}
