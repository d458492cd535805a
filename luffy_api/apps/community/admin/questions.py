"""提问与回答: staff answer, accept, hide and show what students have written."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse

from luffy_api.apps.community import answers, moderation
from luffy_api.apps.community.admin.posts import PostAdmin, ReasonForm, ReviewFilter
from luffy_api.apps.community.bounded_list import BoundedList
from luffy_api.apps.community.models import Answer, PostState, Question
from luffy_api.apps.community.models.posts import MAX_TEXT
from luffy_api.common.admin import staff_id
from luffy_api.common.admin_pages import View, own_page
from luffy_api.common.exceptions import DomainError

# Answers and reports on the page of a question.
MAX_ON_PAGE = 100
# What is said of an answer that was to be accepted or not, and whether that changed anything.
ACCEPTED = {
    (True, True): "已采纳这个回答，它会排在最前面",
    (True, False): "这个回答之前已经采纳，没有变化",
    (False, True): "已取消采纳",
    (False, False): "这个回答现在没有被采纳，没有变化",
}


class AnswerForm(forms.Form):
    """An answer of the teacher or of the school."""

    text = forms.CharField(
        label="回答",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="学员会看到，并标明是讲师或学校的回答；提问者会收到站内信",
    )


class AcceptForm(forms.Form):
    """What the page offers to do; the row may have changed since."""

    accepted = forms.TypedChoiceField(
        choices=[("True", "采纳"), ("False", "取消采纳")],
        coerce=lambda text: text == "True",
        widget=forms.HiddenInput,
    )


class AnsweredFilter(admin.SimpleListFilter):
    """Questions with and without an answer that students see."""

    title = "回答"
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Hook of Django."""
        return [("no", "未回答"), ("yes", "已回答")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Question]) -> QuerySet[Question]:
        """Hook of Django."""
        if self.value() == "no":
            return queryset.filter(answer_count=0)
        return queryset.filter(answer_count__gt=0) if self.value() == "yes" else queryset


def question_page(request: HttpRequest, model_admin: Any, question: Question) -> HttpResponse:
    """The question with its answers and reports, and what may be done with each."""
    # Each by the index of a question's answers: first those that students see, in their order.
    shown = question.answers.shown().order_by("-accepted_for_id", "id")
    unseen = [PostState.PENDING, PostState.HIDDEN]
    others = question.answers.filter(state__in=unseen).order_by("id")
    found = [row for rows in (shown, others) for row in BoundedList(rows, ("user",))[:MAX_ON_PAGE]]
    prefetch_related_objects(found, "reports")
    context = {
        "title": f"提问：{question}",
        "original": question,
        "object_id": question.pk,
        "question": question,
        "answers": found,
        "reports": question.reports.all()[:MAX_ON_PAGE],
        "may_moderate": model_admin.has_moderate_permission(request),
        "may_answer": model_admin.has_answer_permission(request),
        "me": staff_id(request),
    }
    return own_page(request, model_admin, "admin/community/question.html", context)


@admin.register(Question)
class QuestionAdmin(PostAdmin[Question]):
    """Questions of students, and answers to them."""

    list_display = [
        *("title", "course", "section", "user", "answer_count", "report_count", "state"),
        "created_time",
    ]
    list_filter = ["state", AnsweredFilter, ReviewFilter]
    list_select_related = ["course", "section", "user"]
    searched = ("title", "text")

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The pages to answer, to hide and to show."""
        return {
            "<int:pk>/answer/": (self.answer_view, "answer"),
            "<int:pk>/hide/": (self.hide_view, "hide"),
            "<int:pk>/show/": (self.show_view, "show"),
        }

    @admin.action(description="展示", permissions=["moderate"])
    def show(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        """Show the selected questions, and forget their reports."""
        pks, by = list(queryset.order_by("pk").values_list("pk", flat=True)), staff_id(request)
        shown = sum(moderation.show_question(question_id=pk, staff_id=by) for pk in pks)
        self.message_user(request, f"已展示 {shown} 个提问")

    def row_page(self, request: HttpRequest, question: Question, /) -> HttpResponse:
        """The question with its answers."""
        return question_page(request, self, question)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An answer of the teacher or the school."""
        question = self.allowed(request, pk, self.has_answer_permission(request))
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            by = staff_id(request)
            answers.answer_as_staff(staff_id=by, question_id=pk, **form.cleaned_data)
            return self.done(request, question, "回答已发布")
        return self.confirm_page(request, question, "回答提问", form)

    def hide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The reason, and what became of it."""
        question = self.allowed(request, pk, self.has_moderate_permission(request))
        form = ReasonForm(request.POST or None, initial={"reason": question.reason})
        if request.method == "POST" and form.is_valid():
            by = staff_id(request)
            moderation.hide_question(question_id=pk, staff_id=by, **form.cleaned_data)
            return self.done(request, question, "提问已隐藏")
        return self.confirm_page(request, question, "隐藏提问", form)

    def show_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, and what became of it."""
        question = self.allowed(request, pk, self.has_moderate_permission(request))
        if request.method == "POST":
            moderation.show_question(question_id=pk, staff_id=staff_id(request))
            return self.done(request, question, "提问已展示，举报已处理")
        return self.confirm_page(request, question, "展示提问")


@admin.register(Answer)
class AnswerAdmin(PostAdmin[Answer]):
    """Answers, for who looks through what waits or was reported."""

    list_display = [
        *("excerpt", "question", "author_role", "user", "report_count", "state", "created_time"),
    ]
    list_filter = ["state", "author_role", ReviewFilter]
    list_select_related = ["question", "user"]
    course_path = "question__course"

    def own_pages(self) -> dict[str, tuple[View, str]]:
        """The pages to hide, to show, to accept and to delete."""
        return {
            "<int:pk>/hide/": (self.hide_view, "hide"),
            "<int:pk>/show/": (self.show_view, "show"),
            "<int:pk>/accept/": (self.accept_view, "accept"),
            "<int:pk>/remove/": (self.remove_view, "remove"),
        }

    @admin.action(description="展示", permissions=["moderate"])
    def show(self, request: HttpRequest, queryset: QuerySet[Answer]) -> None:
        """Show the selected answers, and forget their reports."""
        pks, by = list(queryset.order_by("pk").values_list("pk", flat=True)), staff_id(request)
        shown = sum(moderation.show_answer(answer_id=pk, staff_id=by) for pk in pks)
        self.message_user(request, f"已展示 {shown} 个回答")

    def row_page(self, request: HttpRequest, answer: Answer, /) -> HttpResponse:
        """Its question, where an answer is understood."""
        return question_page(request, self, answer.question)

    def hide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The reason, and what became of it."""
        row = self.allowed(request, pk, self.has_moderate_permission(request))
        form = ReasonForm(request.POST or None, initial={"reason": row.reason})
        if request.method == "POST" and form.is_valid():
            by = staff_id(request)
            moderation.hide_answer(answer_id=pk, staff_id=by, **form.cleaned_data)
            return self.done(request, row, "回答已隐藏")
        return self.confirm_page(request, row, "隐藏回答", form)

    def show_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, and what became of it."""
        row = self.allowed(request, pk, self.has_moderate_permission(request))
        if request.method == "POST":
            moderation.show_answer(answer_id=pk, staff_id=staff_id(request))
            return self.done(request, row, "回答已展示，举报已处理")
        return self.confirm_page(request, row, "展示回答")

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept an answer in place of the asker, or take that back: what the page has said.

        The asker may have decided meanwhile; a click never does the opposite of its words.
        """
        row = self.allowed(request, pk, self.has_answer_permission(request))
        form = AcceptForm(request.POST or None, initial={"accepted": row.accepted_for_id is None})
        if request.method == "POST" and form.is_valid():
            accepted = form.cleaned_data["accepted"]
            try:
                changed = answers.accept_as_staff(
                    staff_id=staff_id(request), answer_id=pk, accepted=accepted
                )
            except DomainError as error:
                return self.done(request, row, error.message)
            return self.done(request, row, ACCEPTED[accepted, changed])
        title = "取消采纳" if row.accepted_for_id else "采纳回答"
        facts = []
        rival = Answer.objects.filter(accepted_for=row.question_id).exclude(pk=pk).first()
        if rival:
            title, facts = "改为采纳这个回答", [("现在采纳的回答（将不再采纳）", rival.text)]
        return self.confirm_page(request, row, title, form, facts=facts)

    def remove_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete an answer of one's own."""
        row = self.allowed(request, pk, self.has_answer_permission(request))
        self.allowed(request, pk, row.user_id == staff_id(request))
        if request.method == "POST":
            try:
                answers.remove(user_id=staff_id(request), answer_id=pk)
            except DomainError as error:
                return self.done(request, row, error.message)
            return self._back_to_question(request, row.question, "回答已删除")
        return self.confirm_page(request, row, "删除回答")

    def _back_to_question(
        self, request: HttpRequest, question: Question, text: str
    ) -> HttpResponse:
        pages: Any = self.admin_site._registry[Question]
        found: HttpResponse = pages.done(request, question, text)
        return found
