"""测验 in the back office: how a section is asked, its questions, and how students have done."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, TextField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from luffy_api.apps.course.admin.empty_courses import WarnsOfEmptyCourses
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning import quiz_figures, quizzes
from luffy_api.apps.learning.models import Quiz, QuizQuestion
from luffy_api.apps.learning.quiz_questions import size_of
from luffy_api.common.admin import NOTHING, ModelAdmin, TabularInline
from luffy_api.common.admin_tables import small_table
from luffy_api.common.choosers import MAX_DIGITS
from luffy_api.common.edit_conflicts.admin import EditConflictsAdmin
from luffy_api.common.inline_pages import PagedFormSet, PagedInline

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Quiz]
else:
    BaseForm = forms.ModelForm

NOT_A_QUIZ = "这一课时的种类不是测验，请先在课时里改为测验"


class QuizForm(BaseForm):
    """The settings; of a new one its section, too."""

    class Meta:
        model = Quiz
        fields = "__all__"

    def clean_section(self) -> CourseSection:
        """Only sections that are quizzes have questions."""
        section: CourseSection = self.cleaned_data["section"]
        if section.is_delete or section.section_type != CourseSection.SectionType.QUIZ:
            raise ValidationError(NOT_A_QUIZ)
        return section


class QuestionFormSet(PagedFormSet):
    """The questions of a page, and not more of them than a quiz may have."""

    def clean(self) -> None:
        """Hook of Django."""
        super().clean()  # type: ignore[no-untyped-call]
        forms: Any = self
        shown = {form.instance.pk for form in forms.initial_forms}
        others = QuizQuestion.objects.filter(quiz=forms.instance.pk).exclude(pk__in=shown)
        size = quizzes.size_of(others)
        new = [form for form in forms.extra_forms if form.has_changed()]
        for form in [*forms.initial_forms, *new]:
            if not (form.is_gone or (forms.can_delete and forms._should_delete_form(form))):
                size += size_of(form.instance)
        if size.problem:
            raise ValidationError(size.problem)


class QuestionInline(PagedInline, TabularInline):
    """题目, in texts as in the cells of an import."""

    model = QuizQuestion
    formset = QuestionFormSet
    extra = 0
    fields = ["orders", "kind", "text", "options", "answer", "points", "explanation"]
    formfield_overrides = {
        TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 24})},
    }


@admin.register(Quiz)
class QuizAdmin(WarnsOfEmptyCourses, EditConflictsAdmin, ModelAdmin):
    """A quiz on its own page, at the address of its section."""

    course_path = "section__chapter__course"

    form = QuizForm
    list_display = ["section", "course", "questions", "pass_percent", "max_attempts", "reveal"]
    list_select_related = ["section__chapter__course"]
    list_per_page = 20
    search_fields = ["section__name", "section__chapter__course__name"]
    search_help_text = "课时或课程的名称"
    autocomplete_fields = ["section"]
    inlines = [QuestionInline]
    readonly_fields = ["course", "figures"]
    empty_value_display = NOTHING
    fieldsets = [
        (
            "测验",
            {"fields": ["section", "course", ("pass_percent", "max_attempts"), "reveal"]},
        ),
        ("统计", {"fields": ["figures"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        """Of sections that are there."""
        rows: QuerySet[Quiz] = super().get_queryset(request)
        there = {
            "section__is_delete": False,
            "section__chapter__is_delete": False,
            "section__chapter__course__is_delete": False,
        }
        return rows.filter(**there).annotate(count=Count("questions"))

    def get_fieldsets(self, request: HttpRequest, obj: Quiz | None = None) -> Any:
        """A new one has no figures."""
        groups = super().get_fieldsets(request, obj)
        return groups if obj else [("测验", {"fields": ["section", *self._settings]})]

    _settings = ("pass_percent", "max_attempts", "reveal")

    def get_readonly_fields(self, request: HttpRequest, obj: Quiz | None = None) -> Any:
        """It stays with its section."""
        fields = super().get_readonly_fields(request, obj)
        return ["section", *fields] if obj else fields

    def has_delete_permission(self, request: HttpRequest, obj: Quiz | None = None) -> bool:
        """A quiz goes with its section, and attempts stay."""
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Hook of Django, for which a key of another table may have any size."""
        if len(object_id) > MAX_DIGITS:
            return None
        return super().get_object(request, object_id, from_field)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Of a section that has no questions yet this is the form for a new quiz."""
        if request.method == "GET" and self._is_new(request, object_id):
            added = f"admin:{self.opts.app_label}_{self.opts.model_name}_add"
            return HttpResponseRedirect(f"{reverse(added)}?section={object_id}")
        return super().change_view(request, object_id, form_url, extra_context)

    def _is_new(self, request: HttpRequest, object_id: str) -> bool:
        if not (object_id.isascii() and object_id.isdecimal() and len(object_id) <= MAX_DIGITS):
            return False
        return self.sections(request).filter(pk=int(object_id), quiz=None).exists()

    def sections(self, request: HttpRequest) -> QuerySet[CourseSection]:
        """Those that are quizzes, with questions or without, of what is there."""
        return CourseSection.objects.not_deleted().filter(
            section_type=CourseSection.SectionType.QUIZ,
            chapter__is_delete=False,
            chapter__course__is_delete=False,
        )

    @admin.display(description="课程", ordering="section__chapter__course__name")
    def course(self, quiz: Quiz) -> str:
        """Where it belongs."""
        return quiz.section.chapter.course.name

    @admin.display(description="题数")
    def questions(self, quiz: Quiz) -> int:
        """How many there are."""
        return int(getattr(quiz, "count", 0))

    @admin.display(description="作答情况")
    def figures(self, quiz: Quiz) -> SafeString | str:
        """Numbers of students, and the share of right answers of each question as a table."""
        found = quiz_figures.figures_of(quiz.pk)
        if not found.attempts:
            return "还没有学员作答"
        rows = (
            (Truncator(each.text).chars(60), each.asked, f"{each.right_percent}%")
            for each in found.questions
        )
        return format_html(
            "<p>作答 {} 次，学员 {} 人，通过 {} 人（{}%）</p>{}",
            *(found.attempts, found.students, found.passed, found.pass_percent),
            small_table(["题目", "作答", "正确率"], rows),
        )

    def after_save(self, row: Quiz) -> None:
        """The section knows how many questions it has."""
        quizzes.count_questions(row.pk)
