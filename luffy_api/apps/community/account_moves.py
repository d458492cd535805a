"""What a person has said on one account moves to another, in a merge, or goes with the account."""

from django.db.models import F

from luffy_api.apps.community import answers, rating_counts
from luffy_api.apps.community.locks import lock_question
from luffy_api.apps.community.models import Answer, Favourite, Note, Question, Rating, Report
from luffy_api.apps.course.locks import lock_courses

ERASED = "提问者已注销，提问内容已删除"


def move(*, source_id: int, target_id: int) -> None:
    """Move ratings and favourites, in a transaction that has locked both students.

    Of two of one course the one that was written or changed last stays, for it is what the person
    thinks now. One that staff have hidden stays in any case: a merge gives no second opinion.
    """
    _move_favourites(source_id, target_id)
    own = Rating.objects.filter(user=source_id)
    lock_courses(list(own.values_list("course", flat=True)))
    twins = {row.course_id: row for row in Rating.objects.filter(user=target_id)}
    for row in own:
        twin = twins.get(row.course_id)
        if twin is None:
            continue
        gone = min((row, twin), key=_weight)
        gone.delete()
        if gone.state == Rating.State.SHOWN:
            rating_counts.change(gone.course_id, [(gone.stars, -1)])
    Rating.objects.filter(user=source_id).update(user=target_id)
    _move_posts(source_id, target_id)


def _move_posts(source_id: int, target_id: int) -> None:
    """Questions, answers, notes and reports; of two reports of the same the target's stays."""
    Question.objects.filter(user=source_id).update(user=target_id)
    Answer.objects.filter(user=source_id).update(user=target_id)
    Note.objects.filter(user=source_id).update(user=target_id)
    own = Report.objects.filter(user=source_id)
    known = Report.objects.filter(user=target_id)
    seen = set(known.values_list("question", "answer"))
    rows = own.values_list("pk", "question", "answer")
    Report.objects.filter(pk__in=[pk for pk, *what in rows if tuple(what) in seen]).delete()
    own.update(user=target_id)


def erase_posts(user_id: int) -> None:
    """Delete what a student has asked, answered and reported, as their account is closed.

    Of a question that others have answered the answers stay, and of the question an empty shell.
    """
    for question_id in _question_ids(user_id):
        question = lock_question(question_id)
        if question is None:
            continue
        for row in question.answers.filter(user=user_id):
            answers.delete(question, row)
        if question.user_id != user_id:
            continue
        if question.answers.exists():
            Question.objects.filter(pk=question_id).update(
                title=ERASED, text="", position=None, reason=""
            )
        else:
            question.delete()
    reports = Report.objects.filter(user=user_id)
    for model, name in ((Question, "question"), (Answer, "answer")):
        ids = reports.exclude(**{name: None}).values_list(name, flat=True)
        open_ = model.objects.filter(pk__in=list(ids), report_count__gt=0)
        open_.update(report_count=F("report_count") - 1)
    reports.delete()


def _question_ids(user_id: int) -> list[int]:
    """Those that the student has asked or answered, by id, so that no two callers deadlock."""
    asked = Question.objects.filter(user=user_id).values_list("pk", flat=True)
    answered = Answer.objects.filter(user=user_id).values_list("question", flat=True)
    return sorted({*asked, *answered})


def _move_favourites(source_id: int, target_id: int) -> None:
    """A course that both keep is kept once; together they may be more than a student may add."""
    own = Favourite.objects.filter(user=source_id)
    both = Favourite.objects.filter(user=target_id).values_list("course", flat=True)
    own.filter(course__in=list(both)).delete()
    own.update(user=target_id)


def _weight(row: Rating) -> tuple[bool, object, int]:
    return bool(row.reason), row.edited_at or row.created_time, row.pk
