"""课程评价: staff hide, show and answer what students have written.

Whoever may not moderate, as a teacher, finds the ratings of their own courses only.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator

from luffy_api.apps.community import bounded_list, ratings
from luffy_api.apps.community.models import Rating
from luffy_api.apps.community.models.ratings import MAX_REASON, MAX_TEXT
from luffy_api.apps.course import teaching
from luffy_api.apps.course.models import Course
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import RowPage, View, form_page, own_page
from luffy_api.common.deep_pages import MAX_FOUND, MAX_KEYS


class ReasonForm(forms.Form):
    """Why a rating is hidden; its student reads it, too."""

    reason = forms.CharField(
        label="原因", max_length=MAX_REASON, help_text="学员会在自己的评价上看到"
    )


class AnswerForm(forms.Form):
    """The school's answer; an empty one takes it away."""

    text = forms.CharField(
        label="回复",
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="公开展示在评价下面；留空即删除回复",
    )


class AnsweredFilter(admin.SimpleListFilter):
    """Ratings with and without an answer."""

    title = "回复"
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Hook of Django."""
        return [("no", "未回复"), ("yes", "已回复")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rating]) -> QuerySet[Rating]:
        """Hook of Django."""
        if self.value() == "no":
            return queryset.filter(answered_at__isnull=True)
        return queryset.filter(answered_at__isnull=False) if self.value() == "yes" else queryset


@admin.register(Rating)
class RatingAdmin(RowPage, ReadOnlyAdmin):
    """Nobody edits what a student has written."""

    list_display = ["course", "stars", "excerpt", "user", "state", "is_answered", "created_time"]
    list_display_links = ["course", "excerpt"]
    list_filter = ["state", "stars", AnsweredFilter]
    list_select_related = ["course", "user"]
    # In the order of their ids only: any other one sorts all ratings.
    sortable_by = ()
    show_full_result_count = False
    search_fields = ["text", "course__name"]
    search_help_text = f"课程名称，或最近 {bounded_list.MAX_LISTED} 条评价的内容"
    actions = ["show"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of all courses, or of the teacher's own."""
        rows = super().get_queryset(request)
        if self.has_moderate_permission(request):
            return rows
        return rows.filter(course__in=teaching.courses_of(staff_id(request)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Hook of Django: all ratings of the courses that are found, and of texts the newest.

        To look through the texts of a million ratings takes seconds.
        """
        word = search_term.strip()
        if not word:
            return queryset, False
        named = Course.objects.filter(name__icontains=word).order_by("pk")
        courses = list(named.values_list("pk", flat=True)[:MAX_KEYS])
        newest = Rating.objects.order_by("-pk").values_list("pk", flat=True)
        floor = next(iter(newest[bounded_list.MAX_LISTED - 1 : bounded_list.MAX_LISTED]), 0)
        texts = newest.filter(pk__gte=floor, text__icontains=word)[:MAX_FOUND]
        return queryset.filter(Q(course__in=courses) | Q(pk__in=list(texts))), False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whether the user may hide and show ratings."""
        return bool(request.user.has_perm("community.moderate_rating"))  # type: ignore[union-attr]

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Whether the user may answer ratings."""
        return bool(request.user.has_perm("community.answer_rating"))  # type: ignore[union-attr]

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The pages to hide, to show and to answer."""
        return {
            "<int:pk>/hide/": (self.hide_view, "hide"),
            "<int:pk>/show/": (self.show_view, "show"),
            "<int:pk>/answer/": (self.answer_view, "answer"),
        }

    @admin.display(description="评价内容")
    def excerpt(self, rating: Rating) -> str:
        """The beginning of the text."""
        return Truncator(rating.text).chars(40) or "（没有文字）"

    @admin.display(description="已回复", boolean=True)
    def is_answered(self, rating: Rating) -> bool:
        """Whether the school has answered."""
        return rating.answered_at is not None

    @admin.action(description="展示", permissions=["moderate"])
    def show(self, request: HttpRequest, queryset: QuerySet[Rating]) -> None:
        """Show the selected ratings."""
        pks = list(queryset.order_by("pk").values_list("pk", flat=True))
        shown = sum(ratings.show(rating_id=pk, staff_id=staff_id(request)) for pk in pks)
        self.message_user(request, f"已展示 {shown} 条评价")

    def row_page(self, request: HttpRequest, rating: Rating, /) -> HttpResponse:
        """The rating with the school's answer, and what may be done with it."""
        context = {
            "title": f"评价：{rating.course}",
            "original": rating,
            "object_id": rating.pk,
            "rating": rating,
            "may_moderate": self.has_moderate_permission(request),
            "may_answer": self.has_answer_permission(request),
        }
        return own_page(request, self, "admin/community/rating.html", context)

    def hide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The reason, and what became of it."""
        rating = self._allowed(request, pk, self.has_moderate_permission(request))
        form = ReasonForm(request.POST or None, initial={"reason": rating.reason})
        if request.method == "POST" and form.is_valid():
            ratings.hide(rating_id=pk, staff_id=staff_id(request), **form.cleaned_data)
            return self._done(request, pk, "已隐藏，不再计入课程的平均星级")
        return self._form(request, rating, "隐藏评价", form)

    def show_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, and what became of it."""
        rating = self._allowed(request, pk, self.has_moderate_permission(request))
        if request.method == "POST":
            ratings.show(rating_id=pk, staff_id=staff_id(request))
            return self._done(request, pk, "已展示")
        return self._form(request, rating, "展示评价", None)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The answer, written or changed."""
        rating = self._allowed(request, pk, self.has_answer_permission(request))
        form = AnswerForm(request.POST or None, initial={"text": rating.answer})
        if request.method == "POST" and form.is_valid():
            ratings.answer(rating_id=pk, staff_id=staff_id(request), **form.cleaned_data)
            done = "回复已保存" if form.cleaned_data["text"] else "回复已删除"
            return self._done(request, pk, done)
        return self._form(request, rating, "回复评价", form)

    def _allowed(self, request: HttpRequest, pk: int, is_allowed: bool) -> Rating:
        """Raises PermissionDenied, and Http404 for a rating that the user does not see."""
        if not (is_allowed and self.has_view_permission(request)):
            raise PermissionDenied
        rating: Rating | None = self.get_queryset(request).filter(pk=pk).first()
        if rating is None:
            raise Http404
        return rating

    def _form(
        self, request: HttpRequest, rating: Rating, title: str, form: forms.Form | None
    ) -> HttpResponse:
        facts = [
            ("课程", rating.course),
            ("学员", rating.user),
            ("星级", f"{rating.stars} 星"),
            ("评价内容", rating.text or "（没有文字）"),
        ]
        back = _address(rating.pk)
        return form_page(request, self, title=title, facts=facts, form=form, back=back)

    def _done(self, request: HttpRequest, pk: int, text: str) -> HttpResponse:
        self.message_user(request, text)
        return HttpResponseRedirect(_address(pk))


def _address(rating_id: int) -> str:
    return reverse("admin:community_rating_change", args=[rating_id])
