"""Students and class lists."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from luffy_api.apps.course.models import Enrollment, EnrollmentGrant, StudentCountChange
from luffy_api.apps.dashboard.tests import sheets
from luffy_api.apps.dashboard.tests.sheets import applied, changes, checked, errors, xlsx
from luffy_api.apps.user.models import User
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, UserFactory
from luffy_api.tests.people import staff

pytestmark = pytest.mark.django_db


def test_new_students_get_accounts_without_a_password():
    job = applied(
        "students", xlsx(["手机号", "昵称", "邮箱"], [13800000001, "林同学", "A@Example.com"])
    )

    user = User.objects.get(mobile="13800000001")
    assert (user.nickname, user.email) == ("林同学", "a@example.com")
    assert user.username.startswith("student-")
    assert user.username_key == user.username
    assert not user.has_usable_password()
    assert job.summary["applied"] == 1


def test_a_known_mobile_in_any_notation_is_the_same_student():
    user = UserFactory(mobile="13800000001", nickname="旧")

    job = applied("students", xlsx(["手机号", "昵称"], ["+86 138-0000-0001", "新"]))

    user.refresh_from_db()
    assert user.nickname == "新"
    assert changes(job) == {2: [["昵称", "旧", "新"]]}


def test_faults_of_students_are_told():
    boss = staff(mobile="13800000009")
    known = UserFactory(mobile="13800000001", email="a@example.com", username="小明")
    rows = [
        [None, "12345", None, None],
        [None, boss.mobile, None, None],
        [None, "13800000002", "a@example.com", None],
        [None, "13800000003", None, "小明"],
        [known.pk, "13800000004", None, None],
        [boss.pk, None, None, None],
        [None, None, "b@example.com", None],
        [None, "13800000005", "不是邮箱", "x"],
    ]

    found = errors(checked("students", xlsx(["编号", "手机号", "邮箱", "用户名"], *rows)))

    assert {number: sorted(each) for number, each in found.items()} == {
        2: ["mobile"],
        3: ["mobile"],
        4: ["email"],
        5: ["username"],
        6: ["mobile"],
        7: ["id"],
        8: ["mobile"],
        9: ["email", "username"],
    }


def test_two_rows_of_one_mobile_or_address_are_told():
    rows = [
        ["13800000001", "a@example.com"],
        ["138 0000 0001", None],
        ["13900000000", "A@example.com"],
    ]

    found = errors(checked("students", xlsx(["手机号", "邮箱"], *rows)))

    assert found == {3: {"": ["与第 2 行重复"]}, 4: {"": ["与第 2 行重复"]}}


def test_a_class_list_gives_courses_as_gifts_and_counts_students():
    course = CourseFactory(name="入门")
    first, second = UserFactory.create_batch(2)
    end = timezone.localtime() + timedelta(days=30)
    rows = [
        [first.mobile, "入门", None],
        [second.username, course.pk, end.replace(tzinfo=None, microsecond=0)],
    ]

    job = applied("enrollments", xlsx(["手机号", "课程", "到期时间"], *rows))

    assert job.summary["added"] == 2
    assert set(Enrollment.objects.values_list("user", flat=True)) == {first.pk, second.pk}
    grant = EnrollmentGrant.objects.get(user=second)
    assert grant.source == EnrollmentGrant.Source.GRANT
    assert grant.ends_at == end.replace(microsecond=0)
    assert StudentCountChange.objects.count() == 2
    assert LogEntry.objects.filter(content_type__model="enrollment").count() == 2


def test_who_has_the_course_keeps_it_as_it_is():
    bought = EnrollmentFactory()

    job = checked("enrollments", xlsx(["学员", "课程"], [bought.user.mobile, bought.course.pk]))

    assert job.summary["same"] == 1


def test_who_has_the_course_for_a_time_gets_it_for_good_like_the_others():
    course = CourseFactory(name="入门")
    member, gifted, lifelong = UserFactory.create_batch(3)
    soon = timezone.now() + timedelta(days=3)
    for user, source, ends_at in (
        (member, EnrollmentGrant.Source.MEMBERSHIP, soon),
        (gifted, EnrollmentGrant.Source.GRANT, soon),
        (lifelong, EnrollmentGrant.Source.ORDER, None),
    ):
        EnrollmentFactory(user=user, course=course, source=source)
        EnrollmentGrant.objects.filter(user=user).update(ends_at=ends_at)
    rows = [[user.mobile, "入门"] for user in (member, gifted, lifelong)]

    job = applied("enrollments", xlsx(["手机号", "课程"], *rows))

    # The end of a gift is changed by the column of ends only.
    assert (job.summary["added"], job.summary["same"]) == (1, 2)
    gifts = EnrollmentGrant.objects.filter(source=EnrollmentGrant.Source.GRANT)
    assert dict(gifts.values_list("user", "ends_at")) == {member.pk: None, gifted.pk: soon}


def test_faults_of_a_class_list_are_told():
    bought = EnrollmentFactory(course__name="入门")
    closed = UserFactory(is_active=False)
    past, soon = "2020-01-01", (timezone.now() + timedelta(days=3)).date()
    rows = [
        ["13800000000", "入门", None],
        [closed.mobile, "入门", None],
        [UserFactory().mobile, "无名", None],
        [UserFactory().mobile, "入门", past],
        [bought.user.mobile, "入门", soon],
        [bought.user.username, "入门", None],
        [bought.user.email, "入门", None],
    ]

    found = errors(checked("enrollments", xlsx(["学员", "课程", "到期时间"], *rows)))

    fields = {number: list(each) for number, each in found.items()}
    assert fields == {
        2: ["user"],
        3: ["user"],
        4: ["course"],
        5: ["ends_at"],
        6: ["ends_at"],
        8: [""],
    }


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["students", "enrollments"])
def test_an_export_imports_again_without_a_change(admin_client, kind, format):
    EnrollmentFactory(user__mobile=None, user__nickname="=1", course__name="同名")
    gift = EnrollmentFactory(course__name="同名", source=EnrollmentGrant.Source.GRANT)
    end = timezone.now() + timedelta(days=30, microseconds=1)
    EnrollmentGrant.objects.filter(user=gift.user).update(ends_at=end)

    job = checked(kind, sheets.export(admin_client, kind, format))

    assert errors(job) == {}
    assert job.summary["same"] == job.summary["total"] == 2, changes(job)


def test_the_log_of_an_import_names_no_student():
    applied("students", xlsx(["手机号", "昵称"], ["13811110009", "王小明"]))
    CourseFactory(name="Go")
    applied("enrollments", xlsx(["学员", "课程"], ["13811110009", "Go"]))

    entries = LogEntry.objects.exclude(content_type__model="import")
    texts = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in entries)
    assert "手机号，昵称" in texts
    assert f"学员 {User.objects.get(mobile='13811110009').pk}：Go" in texts
    assert "13811110009" not in texts
    assert "王小明" not in texts
