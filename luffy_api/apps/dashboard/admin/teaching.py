"""教学: what a teacher with an account of the back office sees, which is their own courses only.

Every page starts from the rows of `get_queryset`, so what is somebody else's is not there (404).
Superusers see what any teacher sees.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from luffy_api.apps.course import previews, teaching
from luffy_api.apps.course.models import Course
from luffy_api.apps.dashboard.admin.figures import course_answer
from luffy_api.apps.dashboard.figures.course_page import Parts
from luffy_api.apps.dashboard.models import TaughtCourse, TaughtStudent
from luffy_api.apps.dashboard.permissions import outline_rights
from luffy_api.apps.learning import class_progress
from luffy_api.apps.school.selectors import school_settings
from luffy_api.apps.video.admin.widgets import VideoUploadWidget, upload_rules
from luffy_api.common.admin import ReadOnlyAdmin, is_superuser, picture, staff_id
from luffy_api.common.admin_pages import View, own_page
from luffy_api.common.choosers import MAX_DIGITS
from luffy_api.common.deep_pages import LongChangeList


def own_courses(request: HttpRequest) -> QuerySet[Course]:
    """The courses of the teacher who asks; all of them for a superuser."""
    if is_superuser(request):
        return Course.objects.not_deleted()
    return teaching.courses_of(staff_id(request))


class TaughtAdmin(ReadOnlyAdmin):
    """Pages of rows that their teacher only reads."""

    def own(self, request: HttpRequest, pk: int) -> Any:
        """One of the rows. Raises PermissionDenied without the right, Http404 for others' rows."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a row, which has no form."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        pk = object_id if object_id.isascii() and object_id.isdecimal() else "0"
        row = self.own(request, int(pk))
        context = {"title": str(row), **self.page_of(request, row)}
        return own_page(request, self, f"admin/dashboard/{self.opts.model_name}.html", context)

    def page_of(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the template needs."""
        raise NotImplementedError

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Hook of Django: what staff did to the row is for the audit log."""
        raise PermissionDenied


@admin.register(TaughtCourse)
class TaughtCourseAdmin(TaughtAdmin):
    """授课课程: facts, outline and figures of a course."""

    list_display = ["cover", "name", "status", "sections", "pub_sections", "students"]
    list_display_links = ["cover", "name"]
    list_filter = ["status"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The teacher's own."""
        return super().get_queryset(request).filter(pk__in=own_courses(request))

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The figures of a course."""
        return {"<int:pk>/figures/": (self.figures_view, "figures")}

    @property
    def media(self) -> Any:
        """The scripts of the page, with that of the outline."""
        return super().media + VideoUploadWidget().media

    @admin.display(description="封面")
    def cover(self, course: TaughtCourse) -> SafeString | str:
        """Return the thumbnail as HTML."""
        return picture(course.course_img)

    def page_of(self, request: HttpRequest, row: TaughtCourse) -> dict[str, Any]:
        """The facts, the outline with what may be changed in it, and the ways on."""
        return {
            "course": row,
            "media": self.media,
            "outline_rules": upload_rules(),
            "may_change": outline_rights(request.user, course_id=row.pk)["add_section"],
            "preview": None if row.is_listed else previews.make_link(row.pk),
            "public": f"{settings.PUBLIC_URL}/course/{row.pk}" if row.is_listed else None,
            "students_url": _students_url(row.pk),
        }

    def figures_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How it is looked at, bought and learned from; amounts if the school says so."""
        course = self.own(request, pk)
        money = is_superuser(request) or school_settings().teachers_see_revenue
        parts = Parts(money=money, sold=True, learning=True)
        return course_answer(self, request, course, parts, lambda right: False)


class OwnCourseFilter(admin.SimpleListFilter):
    """By course, of which only the teacher's own are named."""

    title = "课程"
    parameter_name = "course"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Their ids and names; those of a superuser are too many to be listed."""
        if is_superuser(request):
            return []
        rows = own_courses(request).order_by("orders", "pk").values_list("pk", "name")
        return [(str(pk), name) for pk, name in rows]

    def has_output(self) -> bool:
        """Hook of Django: the parameter works for superusers, too, who have no list."""
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Hook of Django."""
        chosen = self.value()
        if chosen is None:
            return queryset
        if not (chosen.isascii() and chosen.isdecimal()) or len(chosen) > MAX_DIGITS:
            return queryset.none()
        return queryset.filter(course=int(chosen))


class _WithProgress(LongChangeList):
    """The rows of a page, each with its progress."""

    def get_results(self, request: HttpRequest) -> None:
        """Hook of Django."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        found = class_progress.of_students([(row.user_id, row.course_id) for row in rows])
        for row in rows:
            row.class_progress = found[row.user_id, row.course_id]
        self.result_list = rows  # type: ignore[assignment]


@admin.register(TaughtStudent)
class TaughtStudentAdmin(TaughtAdmin):
    """授课学员: who has which of the courses, and how far they are. No mobiles and no amounts."""

    list_display = ["student", "course", "joined", "progress", "latest"]
    list_filter = [OwnCourseFilter]
    list_select_related = ["user", "course"]
    search_fields = ["user__nickname"]
    search_help_text = "学员的昵称"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Students of the teacher's own courses."""
        rows = super().get_queryset(request)
        return rows.filter(course__in=own_courses(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LongChangeList]:
        """Hook of Django."""
        return _WithProgress

    @admin.display(description="学员", ordering="user__nickname")
    def student(self, row: TaughtStudent) -> str:
        """What the student is called."""
        return called(row)

    @admin.display(description="加入时间", ordering="created_time")
    def joined(self, row: TaughtStudent) -> Any:
        """When they got the course."""
        return row.created_time

    @admin.display(description="进度")
    def progress(self, row: Any) -> str:
        """Percent of the sections."""
        return f"{row.class_progress.percent}%"

    @admin.display(description="最近学习")
    def latest(self, row: Any) -> Any:
        """When they watched last."""
        return row.class_progress.latest

    def page_of(self, request: HttpRequest, row: TaughtStudent) -> dict[str, Any]:
        """The progress by section."""
        pair = row.user_id, row.course_id
        course = reverse("admin:dashboard_taughtcourse_change", args=[row.course_id])
        return {
            "title": f"{called(row)}：{row.course}",
            "row": row,
            "called": called(row),
            "progress": class_progress.of_students([pair])[pair],
            "lines": class_progress.by_section(user_id=row.user_id, course_id=row.course_id),
            "course_url": course,
        }


def called(row: TaughtStudent) -> str:
    """The nickname; of who has none a number, for names to log in with are often mobiles."""
    return row.user.nickname or f"学员 #{row.user_id}"


def _students_url(course_id: int) -> str:
    return f"{reverse('admin:dashboard_taughtstudent_changelist')}?course={course_id}"
