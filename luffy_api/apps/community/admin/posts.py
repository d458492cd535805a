"""What the lists and pages of questions and of answers have in common."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator

from luffy_api.apps.community import bounded_list, review
from luffy_api.apps.community.models import Post
from luffy_api.apps.community.models.posts import MAX_REASON
from luffy_api.apps.course import teaching
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import RowPage, form_page
from luffy_api.common.bounded_pages import BoundedPaginator

Row = TypeVar("Row", bound=Post)


class ReasonForm(forms.Form):
    """Why something is hidden; its author reads it, too."""

    reason = forms.CharField(
        label="原因", max_length=MAX_REASON, help_text="作者会在自己的内容上看到"
    )


class ReviewFilter(admin.SimpleListFilter):
    """What waits for staff, or was reported since they have looked at it."""

    title = "处理"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Hook of Django."""
        return [("open", "待处理（待审核或被举报）")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> QuerySet[Row]:
        """Hook of Django."""
        return queryset.filter(review.OPEN) if self.value() == "open" else queryset


class PostAdmin(RowPage, ReadOnlyAdmin, Generic[Row]):
    """Nobody edits what somebody else has written.

    Whoever may not moderate, as a teacher, finds what belongs to their own courses only.
    """

    paginator = BoundedPaginator
    # In the order of their ids only, which is that of an index.
    sortable_by = ()
    show_full_result_count = False
    actions = ["show"]
    # For hidden and shown rows.
    searched: tuple[str, ...] = ("text",)
    # The way to the course.
    course_path = "course"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of all courses, or of the teacher's own."""
        rows = super().get_queryset(request)
        if self.has_moderate_permission(request):
            return rows
        own = list(teaching.courses_of(staff_id(request)).values_list("pk", flat=True))
        return rows.filter(**{f"{self.course_path}__in": own})

    def max_selected(self, request: HttpRequest) -> int | None:
        """As many as the pages reach."""
        return bounded_list.MAX_LISTED

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Hook of Django, which shows the box where there are some."""
        return list(self.searched)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Hook of Django: among the newest rows of the table, so that it is bounded."""
        word = search_term.strip()
        if not word:
            return queryset, False
        condition = Q()
        for name in self.searched:
            condition |= Q(**{f"{name}__icontains": word})
        everything = self.model._default_manager.all()
        found = bounded_list.search(queryset, condition, among=everything)
        return queryset.filter(pk__in=found.ids), False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whether the user may hide and show questions and answers."""
        return bool(request.user.has_perm("community.moderate_question"))  # type: ignore[union-attr]

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Whether the user may answer questions."""
        return bool(request.user.has_perm("community.answer_question"))  # type: ignore[union-attr]

    @admin.display(description="内容")
    def excerpt(self, row: Row) -> str:
        """The beginning of the text."""
        return Truncator(row.text).chars(40) or "（没有文字）"

    def allowed(self, request: HttpRequest, pk: int, is_allowed: bool) -> Any:
        """Raises PermissionDenied, and Http404 for a row that the user does not see."""
        if not (is_allowed and self.has_view_permission(request)):
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def confirm_page(
        self,
        request: HttpRequest,
        row: Row,
        title: str,
        form: forms.Form | None = None,
        *,
        facts: Sequence[tuple[str, str]] = (),
    ) -> HttpResponse:
        """The page that asks before something is done about a row; `facts` are more of them."""
        shown = [("作者", row.user), ("内容", row.text or "（没有文字）"), *facts]
        back = self.address(row)
        return form_page(request, self, title=title, facts=shown, form=form, back=back)

    def done(self, request: HttpRequest, row: Row, text: str) -> HttpResponse:
        """Back to the row, with what became of it."""
        self.message_user(request, text)
        return HttpResponseRedirect(self.address(row))

    def address(self, row: Row) -> str:
        """The page of a row."""
        return reverse(f"admin:community_{self.opts.model_name}_change", args=[row.pk])
