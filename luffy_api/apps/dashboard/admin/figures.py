"""经营数据: the first page of the back office, and the page of one course."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from luffy_api.apps.course.models import Course
from luffy_api.apps.dashboard.figures.coupon_page import coupon_page
from luffy_api.apps.dashboard.figures.course_page import May, Parts, course_page, parts_for
from luffy_api.apps.dashboard.figures.overview import (
    COUPONS,
    MONEY,
    opens_courses,
    overview,
    sees,
)
from luffy_api.apps.dashboard.figures.spans import MAX_DAYS, Span
from luffy_api.apps.dashboard.figures.tables import Table
from luffy_api.apps.dashboard.models import DailyFigures
from luffy_api.common import audit_log, dates
from luffy_api.common.admin import ReadOnlyAdmin, staff_id
from luffy_api.common.admin_pages import View, own_page
from luffy_api.libs import spreadsheets

SPANS = {1: "今天", 7: "近 7 天", 30: "近 30 天"}
DEFAULT_DAYS = 30


class SpanForm(forms.Form):
    """Two days in Shanghai, both included."""

    first = forms.DateField(label="开始日期", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label="结束日期", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        """Refuses a span that is reversed, too long, or not over yet."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first is None or last is None:
            return data
        if first > last:
            raise ValidationError("结束日期不能早于开始日期")
        if last > dates.today():
            raise ValidationError("结束日期不能晚于今天")
        if (last - first).days >= MAX_DAYS:
            raise ValidationError(f"一次最多查看 {MAX_DAYS} 天")
        return data

    @property
    def span(self) -> Span:
        """What was chosen, of a valid form."""
        return Span(self.cleaned_data["first"], self.cleaned_data["last"])


@admin.register(DailyFigures)
class DailyFiguresAdmin(ReadOnlyAdmin):
    """Instead of a list the page of a span. Its blocks are for who may see what they count."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The row of a day has amounts on it."""
        allowed: bool = super().has_view_permission(request, obj)
        return allowed and (obj is None or sees(_may(request), MONEY))

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The page of a course, and that of all coupons."""
        return {
            "course/<int:pk>/": (self.course_view, "course"),
            "coupons/": (self.coupons_view, "coupons"),
        }

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The figures of the school; `?csv=NAME` is one of its tables as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = _form(request.GET)
        found = overview(form.span, _may(request)) if form.is_valid() else None
        context = {"title": "经营数据", "form": form, "found": found}
        if sees(_may(request), COUPONS):
            context["pages"] = {"优惠券数据": reverse("admin:dashboard_dailyfigures_coupons")}
        return _answer(self, request, form, context)

    def course_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The figures of one course, for who may see courses, or what they have earned."""
        may = _may(request)
        if not self.has_view_permission(request) or not opens_courses(may):
            raise PermissionDenied
        course = Course.objects.not_deleted().filter(pk=pk).first()
        if course is None:
            raise Http404
        return course_answer(self, request, course, parts_for(may), may)

    def coupons_view(self, request: HttpRequest) -> HttpResponse:
        """The figures of each coupon, for who may see coupons and what became of them."""
        if not self.has_view_permission(request) or not sees(_may(request), COUPONS):
            raise PermissionDenied
        form = _form(request.GET)
        found = coupon_page(form.span, _may(request)) if form.is_valid() else None
        return _answer(self, request, form, {"title": "优惠券数据", "form": form, "found": found})


def course_answer(
    model_admin: ReadOnlyAdmin, request: HttpRequest, course: Course, parts: Parts, may: May
) -> HttpResponse:
    """The page of a course, of which the user sees `parts`; numbers lead where `may` says so."""
    form = _form(request.GET)
    found = course_page(course, form.span, parts, may) if form.is_valid() else None
    context = {"title": f"{course.name}的数据", "course": course, "form": form, "found": found}
    return _answer(model_admin, request, form, context)


def _answer(
    model_admin: ReadOnlyAdmin, request: HttpRequest, form: SpanForm, context: dict[str, Any]
) -> HttpResponse:
    found = context["found"]
    if found is not None and "csv" in request.GET:
        return _csv(request, found.tables, request.GET["csv"], found.span)  # type: ignore[return-value]
    shared = {
        "presets": [_preset(form, days, label) for days, label in SPANS.items()],
        **context,
    }
    status = 200 if found is not None else 400
    return own_page(request, model_admin, "admin/dashboard/figures.html", shared, status=status)


def _may(request: HttpRequest) -> Any:
    return request.user.has_perm  # type: ignore[union-attr]


def _form(query: QueryDict) -> SpanForm:
    """With the last days, unless any are chosen."""
    span = Span.until_today(DEFAULT_DAYS)
    chosen = {name: query[name] for name in ("first", "last") if name in query}
    form = SpanForm(chosen or {"first": str(span.first), "last": str(span.last)})
    form.is_valid()
    return form


def _preset(form: SpanForm, days: int, label: str) -> dict[str, object]:
    span = Span.until_today(days)
    return {
        "label": label,
        "query": f"?first={span.first}&last={span.last}",
        "chosen": form.is_valid() and form.span == span,
    }


def _csv(request: HttpRequest, tables: list[Table], name: str, span: Span) -> HttpResponseBase:
    """Raises Http404 for a table that the user does not see. Each file is in the log."""
    table = next((each for each in tables if each.name == name), None)
    if table is None:
        raise Http404
    file = f"{table.title}_{span.first:%Y%m%d}-{span.last:%Y%m%d}.csv"
    audit_log.log_export(DailyFigures, user_id=staff_id(request), name=file)
    return StreamingHttpResponse(
        spreadsheets.csv_lines(table.columns(), table.rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, file),
            "Cache-Control": "private, no-store",
        },
    )
