"""授课测验: teachers write the questions of their own quizzes, and see how students have done.

Pages and forms are those of 测验 for staff; rows and rights are the teacher's. Who may change the
outline of their courses may change their quizzes.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from luffy_api.apps.course import teaching
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.dashboard.admin.teaching import own_courses
from luffy_api.apps.dashboard.models import TaughtQuiz
from luffy_api.apps.learning.admin.quizzes import QuestionInline, QuizAdmin
from luffy_api.apps.learning.models import Quiz
from luffy_api.common.staff_session import is_staff_with


def may_see(request: HttpRequest) -> bool:
    """Whether the user is a teacher, or a superuser."""
    return is_staff_with(request.user, teaching.SEE)


def may_change(request: HttpRequest) -> bool:
    """Whether the school lets teachers change what their courses consist of."""
    return is_staff_with(request.user, teaching.SEE, teaching.CHANGE_OUTLINE)


class TaughtQuestionInline(QuestionInline):
    """Questions of a quiz whose page has asked for the rights."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django."""
        return may_see(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django."""
        return may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django."""
        return may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django."""
        return may_change(request)


@admin.register(TaughtQuiz)
class TaughtQuizAdmin(QuizAdmin):
    """Quizzes of the teacher's own courses; superusers see those of all."""

    autocomplete_fields: ClassVar[list[str]] = []
    inlines = [TaughtQuestionInline]

    readonly_fields = ["section_name", *QuizAdmin.readonly_fields]
    fieldsets = [
        (
            "测验",
            {"fields": ["section_name", "course", ("pass_percent", "max_attempts"), "reveal"]},
        ),
        ("统计", {"fields": ["figures"]}),
    ]

    @admin.display(description="课时")
    def section_name(self, quiz: Quiz) -> str:
        """Without a way to its form, which is for staff."""
        return quiz.section.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The teacher's own."""
        rows = super().get_queryset(request)
        return rows.filter(section__chapter__course__in=own_courses(request))

    def sections(self, request: HttpRequest) -> QuerySet[CourseSection]:
        """The teacher's own that are quizzes."""
        rows = super().sections(request)
        return rows.filter(chapter__course__in=own_courses(request))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Hook of Django: a new quiz is of an own section that has none."""
        if db_field.name == "section":
            kwargs["queryset"] = self.sections(request).filter(quiz=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Hook of Django."""
        return may_see(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django."""
        return may_see(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Hook of Django."""
        return may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Hook of Django."""
        return may_change(request)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Hook of Django: what staff did to the row is for the audit log."""
        raise PermissionDenied

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Hook of Django: it is one row with one history, whoever writes it."""
        return super().log_addition(request, Quiz.objects.get(pk=obj.pk), message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Hook of Django, likewise."""
        return super().log_change(request, Quiz.objects.get(pk=obj.pk), message)
