"""结课证书: who gets one, what it says, what ends it."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseSection, EnrollmentGrant
from luffy_api.apps.learning import certificates, integrity, progress
from luffy_api.apps.learning.models import CourseCertificate
from luffy_api.apps.school.models import SiteSettings
from luffy_api.apps.school.models.site import DEFAULT_NAME
from luffy_api.apps.user import account_deletion
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CertificateFactory,
    EnrollmentFactory,
    ProgressFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/course/"


def finished(student, **course):
    """A course of two sections that the student has done."""
    named = {f"course__{name}": value for name, value in course.items()}
    found = EnrollmentFactory(user=student, **named).course
    for section in (SectionFactory(course=found), SectionFactory(course=found)):
        ProgressFactory(user=student, section=section, position=0, done_at=timezone.now())
    return found


def of(course):
    return f"{API}{getattr(course, 'pk', course)}/certificate/"


def take(client, course, **body):
    return client.post(of(course), body, format="json")


def contradictions():
    return [row for rule in integrity.RULES.values() for row in rule()]


def test_a_finished_course_gives_one_certificate_with_the_facts_of_that_day(student, student_api):
    course = finished(student, name="Python 入门", teacher__name="林知夏")
    before = student_api.get(of(course)).json()["data"]
    assert before == {
        "course_name": "Python 入门",
        "percent": 100,
        "is_offered": True,
        "can_issue": True,
        "name": "",
        "certificate": None,
    }

    first = take(student_api, course, name=" 王　小明 ")
    again = take(student_api, course, name="王小明")

    assert (first.status_code, again.status_code) == (200, 200)
    data = first.json()["data"]
    assert again.json()["data"] == data
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", data["number"])
    told = {
        "name": "王 小明",
        "course": course.pk,
        "course_name": "Python 入门",
        "sections": 2,
        "teacher_name": "林知夏",
        "school_name": DEFAULT_NAME,
        "is_valid": True,
        "revoked_at": None,
        "reason": "",
    }
    assert {name: data[name] for name in told} == told
    # Whatever is renamed afterwards, it says what it said.
    Course.objects.filter(pk=course.pk).update(name="新名字")
    course.teacher.name = "别人"
    course.teacher.save()
    SiteSettings.objects.create(pk=1, name="新学校")
    assert student_api.get(of(course)).json()["data"]["certificate"] == data
    [row] = student_api.get(f"{API}certificate/").json()["data"]["results"]
    assert row == data
    assert contradictions() == []


def test_numbers_are_sorted_by_time_and_nobody_has_two(student, student_api):
    courses = [finished(student) for _ in range(3)]
    numbers = [take(student_api, each, name="王小明").json()["data"]["number"] for each in courses]
    assert sorted(set(numbers)) == numbers
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFactory(user=student, course=courses[0])


def test_only_owners_who_have_finished_get_one(student, student_api, stranger_api, api):
    course = finished(student)
    assert take(api, course, name="王小明").status_code == 401
    assert api.get(of(course)).status_code == 401
    for answer in (take(stranger_api, course, name="王小明"), stranger_api.get(of(course))):
        assert (answer.status_code, answer.json()["code"]) == (403, 3001)

    SectionFactory(course=course)
    standing = student_api.get(of(course)).json()["data"]
    assert (standing["percent"], standing["can_issue"]) == (66, False)
    refused = take(student_api, course, name="王小明")
    assert (refused.status_code, refused.json()["msg"]) == (
        400,
        "学完全部课时后才能领取证书，您已学 66%",
    )
    for pk in (0, 10**30, 2**63, course.pk + 999):
        assert student_api.get(of(pk)).status_code == 404
        assert take(student_api, pk, name="王小明").status_code == 404
    assert not CourseCertificate.objects.exists()


def test_what_players_have_just_reported_counts(student, student_api):
    course = EnrollmentFactory(user=student).course
    section = SectionFactory(course=course, section_type=0, video="", duration=0, content="文字")
    progress.mark_done(user_id=student.pk, section_id=section.pk)
    video = SectionFactory(course=course, duration=10)
    ProgressFactory(
        user=student,
        section=video,
        position=8,
        reported_at=timezone.now() - timedelta(seconds=60),
    )
    progress.save_progress(user_id=student.pk, section_id=video.pk, position=10)

    assert take(student_api, course, name="王小明").status_code == 200


def test_a_course_may_give_none(student, student_api):
    course = finished(student, gives_certificate=False)
    assert student_api.get(of(course)).json()["data"]["is_offered"] is False
    assert take(student_api, course, name="王小明").json()["msg"] == "这门课程不颁发结课证书"
    [row] = student_api.get(f"{API}mine/").json()["data"]["results"]
    assert (row["progress"]["percent"], row["progress"]["certificate"]) == (100, False)

    Course.objects.update(gives_certificate=True)
    taken = take(student_api, course, name="王小明").json()["data"]
    # What was given stays, however the setting is later.
    Course.objects.update(gives_certificate=False)
    assert student_api.get(of(course)).json()["data"]["certificate"] == taken


def test_a_course_from_which_everything_was_withdrawn_gives_none(student, student_api):
    course = finished(student)
    CourseSection.objects.update(is_show=False)
    standing = student_api.get(of(course)).json()["data"]
    assert (standing["percent"], standing["can_issue"]) == (100, False)
    assert take(student_api, course, name="王小明").status_code == 400


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("欧阳娜娜", "欧阳娜娜"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("  Anna   Ｓmith ", "Anna Smith"),
        ("Jean-Luc O'Neill Jr.", "Jean-Luc O'Neill Jr."),
        ("J. R. Smith", "J. R. Smith"),
        ("J.R.R. Smith", "J.R.R. Smith"),
        ("朗小明", "朗小明"),
    ],
)
def test_a_name_is_printed_as_it_is_written(student, student_api, typed, printed):
    assert take(student_api, finished(student), name=typed).json()["data"]["name"] == printed


@pytest.mark.any_database
@pytest.mark.parametrize(
    "typed",
    [
        *("", "  ", "王", "王" * 31, "王小明1", "王_明", "<b>王</b>", "王小明\u202e", "王\u200b明"),
        *("王**", "-王明", "王明·", "🐍🐍", "𠮷野家", "https://a.cn", "王\n\n明;", "..", "王 . 明"),
        *("a" * 121, "مريم", "王⓫", "王❶"),
    ],
)
def test_what_is_no_name_is_refused_at_its_field(student, student_api, typed):
    answer = take(student_api, finished(student), name=typed)
    assert answer.status_code == 400
    assert "name" in answer.json()["errors"]
    assert not CourseCertificate.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("name", [None, 5, ["王小明"], {"a": 1}, True])
def test_a_name_of_another_type_is_no_fault_of_the_server(student, student_api, name):
    assert take(student_api, finished(student), name=name).status_code == 400


def test_the_second_certificate_has_the_name_of_the_first(student, student_api):
    first, second = finished(student), finished(student)
    take(student_api, first, name="王小明")

    refused = take(student_api, second, name="李小明")
    assert "王小明" in refused.json()["errors"]["name"][0]
    assert student_api.get(of(second)).json()["data"]["name"] == "王小明"
    assert take(student_api, second).json()["data"]["name"] == "王小明"


def test_a_certificate_outlasts_the_course_and_the_right_to_it(student, student_api):
    course = finished(student)
    number = take(student_api, course, name="王小明").json()["data"]["number"]

    SectionFactory(course=course)
    Course.objects.update(is_show=False)
    enrollment.end_grants(source=EnrollmentGrant.Source.ORDER, reference="")

    assert student_api.get(of(course)).json()["data"]["certificate"]["is_valid"] is True
    file = student_api.get(f"{API}certificate/{number}/file/")
    assert file.status_code == 200
    assert contradictions() == []


def test_a_revoked_certificate_says_so_at_once_and_is_not_taken_again(student, student_api, api):
    course = finished(student)
    number = take(student_api, course, name="王小明").json()["data"]["number"]
    admin = UserFactory(is_staff=True)
    row = CourseCertificate.objects.get()

    certificates.revoke(certificate_id=row.pk, reason="请人代看", staff_id=admin.pk)

    seen = api.get(f"{API}certificate/{number}/").json()["data"]
    assert (seen["is_valid"], "reason" in seen) == (False, False)
    assert seen["revoked_at"] is not None
    own = student_api.get(of(course)).json()["data"]["certificate"]
    assert (own["is_valid"], own["reason"]) == (False, "请人代看")
    for answer in (
        take(student_api, course, name="王小明"),
        student_api.get(f"{API}certificate/{number}/file/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, 1009)

    certificates.restore(certificate_id=row.pk, staff_id=admin.pk)

    assert api.get(f"{API}certificate/{number}/").json()["data"]["is_valid"] is True
    assert take(student_api, course, name="王小明").json()["data"]["number"] == number


def test_none_is_revoked_without_a_reason():
    row = CertificateFactory()
    for fields in ({"reason": "x"}, {"revoked_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CourseCertificate.objects.filter(pk=row.pk).update(**fields)


def test_of_a_closed_account_the_number_stays_and_the_name_goes(api, student):
    row = CertificateFactory(user=student, name="王小明")
    before = api.get(f"{API}certificate/{row.number}/").json()["data"]

    account_deletion.close(student.pk)

    assert CourseCertificate.objects.get().name == "王*明"
    assert api.get(f"{API}certificate/{row.number}/").json()["data"] == before
    assert contradictions() == []
    # A correction by staff brings no name back.
    certificates.correct_name(user_id=student.pk, name="李四", reason="x", staff_id=student.pk)
    assert CourseCertificate.objects.get().name == "王*明"


def test_the_check_of_the_shop_finds_what_cannot_be():
    lost, merged, closed = CertificateFactory.create_batch(3)
    EnrollmentGrant.objects.filter(user=lost.user).delete()
    merged.user.merged_into = UserFactory()
    merged.user.save()
    closed.user.closed_at = timezone.now()
    closed.user.save()
    assert contradictions() == [lost.number, merged.number, closed.number]


@pytest.mark.parametrize("count", [1, 4])
def test_a_fixed_number_of_queries(student, django_assert_num_queries, count):
    for _ in range(count):
        course = finished(student)
        CertificateFactory(user=student)
    client = logged_in(student)
    for address, queries in ((of(course), 6), (f"{API}certificate/", 3)):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_own_data_holds_the_certificates(student, student_api):
    row = CertificateFactory(user=student)
    [found] = student_api.get("/api/v1/user/export/").json()["data"]["certificates"]
    assert (found["number"], found["name"]) == (row.number, "王小明")
