"""A million rows in one statement: each column an expression of a number."""

import json
from dataclasses import dataclass
from typing import Any

COURSES = 500
# Questions and messages of which one is the student's, and notes.
SHARE, NOTES = 50, 1000
# Students are as many rows divided by this.
ROWS_EACH = 5
# Of which the first has a tenth of all attempts.
QUIZZES = 20
NUMBERS = "bench_numbers"


@dataclass(frozen=True)
class Filled:
    """Who asks, and about what."""

    student: Any
    admin: Any
    course_id: int
    section_id: int
    question_id: int
    quiz_id: int


def fill(count: int) -> Filled:
    """`count` ratings, questions, answers, notes, favourites, messages and attempts.

    At least 1000.
    """
    from django.db import connection

    from luffy_api.apps.course import listing
    from luffy_api.apps.course.models import Course
    from luffy_api.apps.user.models import User
    from luffy_api.tests import factories

    first = factories.CourseFactory(name="课程")
    kind = {"teacher": first.teacher, "course_category": first.course_category}
    Course.objects.bulk_create(factories.CourseFactory.build_batch(COURSES - 1, **kind))
    listing.repair()
    section = factories.SectionFactory(chapter__course=first)
    admin = factories.UserFactory(is_staff=True, is_superuser=True)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {NUMBERS} (n BIGINT PRIMARY KEY)")
        cursor.execute(f"INSERT INTO {NUMBERS} VALUES (1)")  # noqa: S608
        known = 1
        while known < count:
            cursor.execute(
                f"INSERT INTO {NUMBERS} SELECT n + {known} FROM {NUMBERS} "  # noqa: S608
                f"WHERE n <= {int(count) - known}"
            )
            known = min(2 * known, count)
    students = count // ROWS_EACH
    base = admin.pk + 1
    name = _joined("'s'", "n")
    # Nobody logs in with a password.
    people = {"username": name, "username_key": name, "nickname": name, "password": "'!'"}
    _insert(User, f"n <= {students}", id=f"{base} - 1 + n", **people)
    student = User.objects.get(pk=base)
    factories.EnrollmentFactory(user=student, course=first)
    _fill_posts(count, base, students, first.pk, section.pk)
    _fill_messages(base, students)
    quiz_id = _fill_attempts(count, base, students, first)
    if _is_mysql():
        # Its statistics follow a while after the rows.
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f"ANALYZE TABLE {connection.ops.quote_name(table)}")
    return Filled(student, admin, first.pk, section.pk, question_id=1, quiz_id=quiz_id)


def _fill_posts(count: int, base: int, students: int, course_id: int, section_id: int) -> None:
    from django.db.models import Count

    from luffy_api.apps.community import models

    each = f"{base} + n % {students}"
    mixed = _case(f"n % {SHARE} = 0", str(base), each)
    course = f"{course_id} + (n - 1) {_div()} {students}"
    once: dict[str, str] = {"id": "n", "user_id": each, "course_id": course}
    words = _joined("'第 '", "n", "' 条，讲得很清楚'")
    _insert(models.Rating, stars="n % 5 + 1", text=words, **once)
    _insert(models.Favourite, **once)
    more = [
        models.Favourite(user_id=base, course_id=pk)
        for pk in range(course_id + ROWS_EACH, course_id + COURSES)
    ]
    models.Favourite.objects.bulk_create(more)
    place = {"course_id": str(course_id), "section_id": str(section_id)}
    post = {"id": "n", "user_id": mixed, "text": words}
    half = _case("n = 1", str(count // 2 + 1), "n % 2")
    title = _joined("'提问 '", "n")
    _insert(models.Question, title=title, answer_count=half, **post, **place)
    # An answer to each second question, and the rest to the first.
    _insert(models.Answer, question_id=_case("n % 2 = 1", "n", "1"), **post)
    own = _case(f"n % {SHARE} = 0 AND n <= {SHARE * NOTES}", str(base), f"{base} + 1 + n % 100")
    _insert(models.Note, id="n", user_id=own, text=words, position="n % 3000", **place)
    found = models.Rating.objects.order_by().values_list("course", "stars").annotate(Count("pk"))
    counts: dict[int, dict[str, int]] = {}
    for course_pk, stars, number in found:
        counts.setdefault(course_pk, {})[f"stars_{stars}"] = number
    models.CourseRatings.objects.bulk_create(
        models.CourseRatings(course_id=pk, **stars) for pk, stars in counts.items()
    )


def _fill_messages(base: int, students: int) -> None:
    from luffy_api.apps.inbox.models import Channel, Delivery, Message

    user = _case(f"n % {SHARE} = 0", str(base), f"{base} + n % {students}")
    _insert(
        Message,
        id="n",
        kind="n % 7 + 1",
        title=_joined("'第 '", "n", "' 条'"),
        text=_joined("'购买成功 '", "n"),
        audience="'student'",
        audience_id=user,
        channels="'[1]'",
        submission=_uuid(),
        state=str(Message.State.EXPANDED.value),
        recipients="1",
    )
    _insert(
        Delivery,
        id="n",
        message_id="n",
        user_id=user,
        kind="n % 7 + 1",
        channel=str(Channel.SITE.value),
        state=str(Delivery.State.SENT.value),
        read_at=_case(f"(n {_div()} {SHARE}) % 3 = 0", "NULL", "'2026-01-01 00:00:00'"),
    )


def _fill_attempts(count: int, base: int, students: int, course: Any) -> int:
    """One quiz has a tenth of the attempts, and the student one of SHARE; its section."""
    from luffy_api.apps.learning import quiz_results, quizzes
    from luffy_api.apps.learning.models import QuizAttempt
    from luffy_api.tests import factories

    made = [factories.QuizFactory(course=course) for _ in range(QUIZZES)]
    questions = quizzes.questions_of(made[0].pk)
    attempt = quizzes.marked(made[0], questions, [quizzes.Given()] * len(questions))
    others = f"{made[1].pk} + n % {QUIZZES - 1}"
    key = _joined("'attempt-'", "n")
    _insert(
        QuizAttempt,
        id="n",
        user_id=_case(f"n % {SHARE} = 0", str(base), f"{base} + n % {students}"),
        section_id=_case(f"n <= {count // 10}", str(made[0].pk), others),
        number="n",
        request_key=key,
        version=f"'{quizzes.version_of(questions)}'",
        asked=_json([quiz_results.stored(each) for each in questions]),
        answers=_json(attempt.answers),
        marks=_json(attempt.marks),
        points="n % 11",
        total="10",
        passed=_case("n % 11 > 5", "1", "0"),
    )
    return int(made[0].pk)


def _json(value: Any) -> str:
    """A literal; the questions of QuizFactory have neither quotation marks nor backslashes."""
    return f"'{json.dumps(value, ensure_ascii=False)}'"


def _insert(model: Any, condition: str = "1 = 1", **expressions: str) -> None:
    """A row for each number; a column without an expression has its default."""
    from django.db import connection
    from django.utils import timezone

    columns, parts, values = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key and field.attname not in expressions:
            continue
        columns.append(connection.ops.quote_name(field.column))
        if field.attname in expressions:
            parts.append(expressions[field.attname].replace("%", "%%"))
            continue
        is_now = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        value = timezone.now() if is_now else field.get_default()
        parts.append("%s")
        values.append(field.get_db_prep_save(value, connection))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(parts)} FROM {NUMBERS} WHERE {condition}",
            values,
        )


def _joined(*parts: str) -> str:
    return f"CONCAT({', '.join(parts)})" if _is_mysql() else " || ".join(parts)


def _case(condition: str, then: str, otherwise: str) -> str:
    return f"CASE WHEN {condition} THEN {then} ELSE {otherwise} END"


def _div() -> str:
    return "DIV" if _is_mysql() else "/"


def _uuid() -> str:
    from django.db import connection

    if connection.features.has_native_uuid_field:
        return "UUID()"
    return "LPAD(HEX(n), 32, '0')" if _is_mysql() else "printf('%032x', n)"


def _is_mysql() -> bool:
    from django.db import connection

    return connection.vendor == "mysql"
