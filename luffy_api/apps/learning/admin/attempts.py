"""测验作答 in the back office, read-only: what a student has answered, and what it was worth."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from luffy_api.apps.learning import quiz_results
from luffy_api.apps.learning.models import QuizAttempt
from luffy_api.apps.learning.quiz_marking import Given, percent_of
from luffy_api.apps.learning.quiz_questions import LETTERS, Question, QuestionKind
from luffy_api.common.admin import NOTHING, ReadOnlyAdmin
from luffy_api.common.bounded_pages import MAX_LISTED, BoundedPaginator

# Texts of kilobytes, which a list does not show.
TEXTS = ("asked", "answers", "marks")


@admin.register(QuizAttempt)
class QuizAttemptAdmin(ReadOnlyAdmin):
    """Attempts as they were marked on their day."""

    list_display = ["user", "section", "course", "number", "score", "passed", "created_time"]
    list_filter = ["passed"]
    list_select_related = ["user", "section__chapter__course"]
    # In the order of their ids only, which is that of an index.
    sortable_by = ()
    # Their rows are wide: a page in the middle of a million is seconds away.
    paginator = BoundedPaginator
    ordering = ["-id"]
    show_full_result_count = False
    search_fields = ["user__username", "user__mobile", "user__nickname", "section__name"]
    search_help_text = (
        f"学员的用户名、手机号或昵称，或测验的名称；列表只到最近 {MAX_LISTED} 次作答，更早的请搜索"
    )
    fields = [
        *("user", "section", "course", "number", "score", "passed", "created_time"),
        "questions",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuizAttempt]:
        """Without what only the page of one shows."""
        rows: QuerySet[QuizAttempt] = super().get_queryset(request)
        return rows.defer(*TEXTS, "section__content", "section__answer")

    @admin.display(description="课程")
    def course(self, row: QuizAttempt) -> str:
        """That of the quiz."""
        return row.section.chapter.course.name

    @admin.display(description="得分")
    def score(self, row: QuizAttempt) -> str:
        """Points and percent."""
        return f"{row.points} / {row.total}（{percent_of(row.points, row.total)}%）"

    @admin.display(description="题目和作答")
    def questions(self, row: QuizAttempt) -> SafeString:
        """The questions as they were asked, what was given, and what was right."""
        row.refresh_from_db(fields=TEXTS)
        asked, given = quiz_results.stored_questions(row), quiz_results.stored_answers(row)
        lines = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{} / {}</td></tr>",
            (
                (
                    QuestionKind(question.kind).label,
                    Truncator(question.text).chars(200),
                    _given(question, answer) or NOTHING,
                    _right(question),
                    *(mark["points"], question.points),
                )
                for question, answer, mark in zip(asked, given, row.marks, strict=True)
            ),
        )
        return format_html(
            "<table><thead><tr><th>题型</th><th>题目</th><th>作答</th><th>正确答案</th>"
            "<th>得分</th></tr></thead><tbody>{}</tbody></table>",
            lines,
        )


def _given(question: Question, answer: Given) -> str:
    if question.kind == QuestionKind.FILL:
        return "；".join(text or NOTHING for text in answer.texts)
    return _choices(question, answer.choices)


def _right(question: Question) -> str:
    if question.kind == QuestionKind.FILL:
        return "；".join("|".join(accepted) for accepted in question.spellings)
    return _choices(question, question.right)


def _choices(question: Question, places: tuple[int, ...]) -> str:
    if question.kind == QuestionKind.TRUE_FALSE:
        return "".join(question.options[place] for place in places)
    return "；".join(f"{LETTERS[place]}. {question.options[place]}" for place in places)
