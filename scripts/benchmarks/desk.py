"""Every list, form and chooser of the back office over 20,000 courses and 200,000 students.

Arguments: how many courses (20000) and students (200000). Each student has an order; one course has
a thousand sections, one discount half of the courses. Opened are each list (also searched, sorted
by each of its columns in both directions, in its middle and at its last page), each form, history
and chooser; saved is what the largest forms show, as a browser sends it. Saves are measured once,
the first in the process, with the tasks in a queue: other processes run them (architecture.md).
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from scripts.benchmarks import overview
from scripts.benchmarks.figures import record
from scripts.benchmarks.scratch import queued_tasks, scratch_database

COURSES, STUDENTS = 20_000, 200_000
BATCH = 5000
CHAPTERS, SECTIONS = 20, 50
LIMIT = 2.0
SHOWN = 12
# What people look for; a word that all rows have is the slowest of them.
WORDS = ("课", "s199")


def run(arguments: list[str]) -> None:
    """Fill the tables, then open and save what an owner opens and saves."""
    try:
        courses, students = [*map(int, arguments), *(COURSES, STUDENTS)[len(arguments) :]]
    except ValueError:
        raise SystemExit("name the numbers of courses and of students") from None
    with scratch_database():
        from django.db import connection
        from django.test.utils import setup_test_environment

        # What a form shows is read from its context.
        setup_test_environment()
        logging.disable(logging.INFO)
        began = time.perf_counter()
        _fill(courses, students)
        print(f"{connection.vendor}, {courses} courses, {students} students")
        print(f"  (filled in {time.perf_counter() - began:.0f} s)")
        print(f"  (load of the machine before: {os.getloadavg()[0]:.1f})")
        with queued_tasks():
            times, refused = _measure()
    slowest = sorted(times.items(), key=lambda pair: pair[1], reverse=True)
    for address, (seconds, used) in slowest[:SHOWN]:
        print(f"  {seconds:6.2f} s ({used:.2f} of our CPU)  {address}")
    late = [address for address, (seconds, _) in slowest if seconds > LIMIT]
    print(f"  {len(times)} in all, {len(late)} above {LIMIT:.0f} s")
    record("slowest page of the desk (s)", slowest[0][1][0])
    record("slowest page of the desk, CPU (s)", max(used for _, used in times.values()))
    if refused:
        raise SystemExit("\n".join(refused))


Times = tuple[float, float]


def _measure() -> tuple[dict[str, Times], list[str]]:
    """Seconds of each address, and those of our CPU; and which of them were not answered."""
    from django.test import Client

    from luffy_api.apps.user.models import User

    # A list that is given up with 503 is reported; it does not end the measurement.
    client = Client(raise_request_exception=False)
    times, refused = dict[str, Times](), list[str]()
    client.force_login(User.objects.filter(is_superuser=True)[0])
    for address in _addresses():
        answer, times[address] = _timed(lambda address=address: client.get(address))
        if times[address][0] > LIMIT / 4:
            # The first page reads templates, too, and a machine may pause.
            answer, times[address] = _timed(lambda address=address: client.get(address))
        if answer.status_code not in (200, 302, 403):
            refused.append(f"{address} answers {answer.status_code}")
    for row in _forms():
        times[f"save {row._meta.model_name}"] = _save(client, row)
    discount = next(row for row in _forms() if row._meta.model_name == "coursediscount")
    times["save coursediscount with another price"] = _save(client, discount, value="5")
    if "rjieba" in sys.modules:
        refused.append("a page has loaded the dictionaries of search")
    return times, refused


def _timed(act: Callable[[], Any]) -> tuple[Any, Times]:
    began, cpu = time.perf_counter(), time.process_time()
    answer = act()
    return answer, (time.perf_counter() - began, time.process_time() - cpu)


def _save(client: Any, row: Any, **changes: str) -> Times:
    from luffy_api.tests.back_office import form_of, page

    address = page(type(row), "change", row.pk)
    data = {**form_of(client, address), **changes}
    how: dict[str, Any] = {"data": data}
    if not client.get(address).context["has_file_field"]:
        form = "application/x-www-form-urlencoded"
        how = {"data": urlencode(data, doseq=True), "content_type": form}
    answer, times = _timed(lambda: client.post(address, **how))
    if answer.status_code != 302:
        errors = answer.context["errors"] if answer.context else ""
        raise SystemExit(f"{address} was not saved: {answer.status_code} {errors}")
    return times


def _forms() -> list[Any]:
    """A row of each form that is large, or chosen from what is."""
    from luffy_api.apps.course import models as course
    from luffy_api.apps.user.models import User

    return [
        course.Course.objects.get(name="长课"),
        course.CourseChapter.objects.filter(course__name="长课")[0],
        course.CourseSection.objects.filter(chapter__course__name="长课")[0],
        course.CourseDiscount.objects.all()[0],
        course.CourseCategory.objects.all()[0],
        course.Teacher.objects.all()[0],
        User.objects.order_by("pk")[1],
    ]


def _addresses() -> Iterator[str]:
    """Of every model: its list in several ways, its forms, and those that choose one of it."""
    from django.contrib import admin
    from django.urls import reverse

    from luffy_api.tests.back_office import page

    yield reverse("admin:index")
    for model, model_admin in admin.site._registry.items():
        listed = page(model, "changelist")
        yield listed
        last = max(1, model._default_manager.count() // model_admin.list_per_page)
        yield from (f"{listed}?p={number}" for number in {last, last // 2} - {0})
        # From 0, or from 1 behind the boxes of a list with actions.
        for column in range(len(model_admin.list_display) + 1):
            yield from (f"{listed}?o={sign}{column}" for sign in ("", "-"))
        if model_admin.search_fields:
            yield from (f"{listed}?q={word}" for word in WORDS)
        yield page(model, "add")
        if row := model._default_manager.order_by("pk").first():
            yield from (page(model, kind, row.pk) for kind in ("change", "history", "delete"))
        for name in model_admin.autocomplete_fields:
            query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}"
            for word in ("", *WORDS):
                yield f"{reverse('admin:autocomplete')}?{query}&field_name={name}&term={word}"


def _fill(courses: int, students: int) -> None:
    from django.utils import timezone

    from luffy_api.apps.course.models import Course
    from luffy_api.tests.factories import CategoryFactory, CourseFactory, TeacherFactory

    categories, teachers = CategoryFactory.create_batch(50), TeacherFactory.create_batch(300)
    rows = [
        CourseFactory.build(
            name=f"课程{number}",
            course_category=categories[number % len(categories)],
            teacher=teachers[number % len(teachers)],
        )
        for number in range(courses)
    ]
    Course.objects.bulk_create(rows, batch_size=BATCH)
    all_courses = list(Course.objects.order_by("pk"))
    _fill_outline(all_courses)
    _fill_discounts(all_courses)
    step, start = timedelta(days=365) / students, timezone.now() - timedelta(days=365)
    for begin in range(0, students, BATCH):
        numbers = range(begin, min(begin + BATCH, students))
        overview._fill_batch({number: start + number * step for number in numbers}, all_courses)
    overview._fill_learning(all_courses)
    overview._fill_searches()
    _fill_people(all_courses)


def _fill_outline(courses: list[Any]) -> None:
    """A section to each course, and a long course."""
    from luffy_api.apps.course.models import Course, CourseChapter, CourseSection

    long = courses[0]
    Course.objects.filter(pk=long.pk).update(name="长课")
    chapters = [
        CourseChapter(course=course, chapter=1, name="第一章") for course in courses[1:]
    ] + [
        CourseChapter(course=long, chapter=number, name=f"章{number}")
        for number in range(1, CHAPTERS + 1)
    ]
    CourseChapter.objects.bulk_create(chapters, batch_size=BATCH)
    sections = [
        CourseSection(chapter=chapter, name=f"课时{number}", orders=number, is_playable=True)
        for chapter in CourseChapter.objects.all()
        for number in range(1, (SECTIONS if chapter.course_id == long.pk else 1) + 1)
    ]
    CourseSection.objects.bulk_create(sections, batch_size=BATCH)


def _fill_discounts(courses: list[Any]) -> None:
    from luffy_api.apps.course.models.discounts import Participation
    from luffy_api.tests.factories import DiscountFactory

    half = DiscountFactory(name="半店促销")
    DiscountFactory.create_batch(100)
    Participation.objects.bulk_create(
        (Participation(coursediscount=half, course=course) for course in courses[::2]),
        batch_size=BATCH,
    )


def _fill_people(courses: list[Any]) -> None:
    """Courses, logins and staff's log of the students."""
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.contenttypes.models import ContentType

    from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
    from luffy_api.apps.user.models import User

    students = list(User.objects.values_list("pk", flat=True))
    owner, kind = students[0], ContentType.objects.get_for_model(Course)
    pairs = [(pk, courses[pk % len(courses)]) for pk in students]
    Enrollment.objects.bulk_create(
        (Enrollment(user_id=pk, course=course) for pk, course in pairs), batch_size=BATCH
    )
    EnrollmentGrant.objects.bulk_create(
        (
            EnrollmentGrant(user_id=pk, course=course, source=EnrollmentGrant.Source.ORDER)
            for pk, course in pairs
        ),
        batch_size=BATCH,
    )
    LogEntry.objects.bulk_create(
        (
            LogEntry(
                user_id=owner,
                content_type=kind,
                object_id=str(course.pk),
                object_repr=course.name,
                action_flag=CHANGE,
                change_message="改了价格",
            )
            for _, course in pairs
        ),
        batch_size=BATCH,
    )
