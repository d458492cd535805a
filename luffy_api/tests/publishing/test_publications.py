"""Each way of writing something public publishes it, in the transaction that writes it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from luffy_api.apps.course import student_counts
from luffy_api.apps.course.models import Course, CourseCategory, CourseDiscount, Teacher
from luffy_api.apps.publishing import cleanup, publications
from luffy_api.apps.publishing.models import Publication
from luffy_api.apps.school.models import SchoolSettings
from luffy_api.apps.search.models import HotWord
from luffy_api.apps.user.models import User
from luffy_api.tests.factories import (
    BannerFactory,
    CategoryFactory,
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    TeacherFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


def forget() -> None:
    Publication.objects.all().delete()


def kinds() -> list[int]:
    return list(Publication.objects.order_by("pk").values_list("kind", flat=True))


def plain_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE luffy_course SET brief = %s", ["新的简介"])


def add_to_discount() -> None:
    CourseDiscount.objects.get().courses.add(Course.objects.get())


WRITES = {
    "save": lambda: Course.objects.get().save(),
    "update": lambda: Course.objects.update(brief="新的简介"),
    "bulk_create": lambda: Teacher.objects.bulk_create([Teacher(name="新老师", title="讲师")]),
    "bulk_update": lambda: Course.objects.bulk_update(Course.objects.all(), ["brief"]),
    "create": lambda: HotWord.objects.create(word="爬虫"),
    "delete": lambda: Course.objects.all().delete(),
    "soft delete": lambda: CourseCategory.objects.update(is_delete=True),
    "many to many": add_to_discount,
    "plain SQL": plain_sql,
    "a banner": BannerFactory,
    "the school": lambda: SchoolSettings.objects.update_or_create(pk=SchoolSettings.ONLY_PK),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_publishes(write):
    DiscountFactory(courses=[])
    CourseFactory()
    forget()

    WRITES[write]()

    assert Publication.Kind.CONTENT in kinds()


@pytest.mark.parametrize("write", ["save", "update", "plain SQL"])
def test_a_write_publishes_in_its_own_transaction(write):
    CourseFactory()
    forget()

    with transaction.atomic():
        WRITES[write]()
        assert len(kinds()) == 1
        transaction.set_rollback(True)

    assert kinds() == []


def test_a_statement_that_fails_publishes_nothing():
    CourseFactory(kind=Course.Kind.FREE, price=0)
    forget()

    with pytest.raises(Exception, match=r"(?i)course_free_costs_nothing"):
        Course.objects.update(price=1)

    assert kinds() == []


def test_a_transaction_publishes_once():
    course = CourseFactory()
    forget()

    with transaction.atomic():
        for brief in ("一", "二", "三"):
            Course.objects.filter(pk=course.pk).update(brief=brief)

    assert len(kinds()) == 1


def test_a_savepoint_that_was_rolled_back_does_not_count():
    CourseFactory()
    forget()

    with transaction.atomic():
        with transaction.atomic():
            Course.objects.update(brief="作废")
            transaction.set_rollback(True)
        Course.objects.update(brief="新的")

    assert len(kinds()) == 1


def test_what_is_not_public_publishes_nothing():
    UserFactory()
    EnrollmentFactory(course=CourseFactory())
    forget()

    User.objects.update(nickname="luffy_course")
    EnrollmentFactory(course=Course.objects.get())
    list(Course.objects.all())

    assert kinds() == []


def test_numbers_of_students_are_published_once_and_apart():
    courses = CourseFactory.create_batch(3)
    forget()
    student_counts.record(course_ids=[each.pk for each in courses], change=1)

    assert student_counts.fold() == 3
    assert student_counts.fold() == 0

    assert kinds() == [Publication.Kind.STUDENTS]


def test_a_change_among_numbers_of_students_elsewhere_is_content():
    CourseFactory()
    with publications.numbers_of_students():
        Course.objects.update(students=7)
    forget()

    Course.objects.update(students=8)

    assert kinds() == [Publication.Kind.CONTENT]


def test_publications_are_deleted_when_no_answer_is_so_old():
    forget()
    publications.publish()
    old = Publication.objects.create(kind=Publication.Kind.CONTENT)
    age = cleanup.KEPT + timedelta(seconds=1)
    Publication.objects.filter(pk=old.pk).update(created_time=timezone.now() - age)

    assert cleanup.delete_old_publications() == 1
    assert len(kinds()) == 1


def test_tables_that_are_watched():
    CategoryFactory()
    TeacherFactory()

    assert publications._tables >= {
        *("luffy_course", "luffy_course_category", "luffy_course_discount_courses"),
        *("luffy_teacher", "luffy_banner", "luffy_hot_word", "luffy_school_settings"),
        *("luffy_site_settings", "luffy_announcement", "luffy_help_page", "luffy_footer_link"),
        "luffy_agreement",
    }
