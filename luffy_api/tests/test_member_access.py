"""Whatever a student does in a course, a member does in a VIP course, and opens it by that."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseSection, Enrollment, EnrollmentGrant
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.promotion.models import MembershipPeriod
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    AnswerFactory,
    CourseFactory,
    EnrollmentFactory,
    MembershipPeriodFactory,
    MembershipTermFactory,
    QuestionFactory,
    QuizFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.memberships import bought
from luffy_api.tests.private_files import BYTES, store
from luffy_api.tests.refunding import finish, start
from luffy_api.tests.viewing import status

pytestmark = pytest.mark.django_db
VIP = Course.CourseType.VIP
KINDS = CourseSection.SectionType
MEMBERSHIP = EnrollmentGrant.Source.MEMBERSHIP
FILE = "course/attachments/notes.zip"


class Shop:
    """A course with everything that one learns with, and what students send to it."""

    def __init__(self, folders, **fields):
        fields = {"course_type": VIP, "attachment_path": FILE, **fields}
        self.course = CourseFactory(gives_certificate=True, **fields)
        store(folders, FILE)
        store(folders, "course/videos/a.mp4")
        own = {"chapter__course": self.course, "free_trail": False}
        self.video = SectionFactory(**own, video="course/videos/a.mp4", duration=60)
        self.text = SectionFactory(**own, section_type=KINDS.DOCUMENT, content="一", video="")
        self.exercise = SectionFactory(**own, section_type=KINDS.EXERCISE, content="一", video="")
        self.quiz = QuizFactory(course=self.course).pk
        self.question = QuestionFactory(section=self.video)
        self.answer = AnswerFactory(question=self.question)

    def ways(self):
        """Method, address and body of each."""
        course = f"course/{self.course.pk}/"
        video = f"section/{self.video.pk}/"
        question = f"community/question/{self.question.pk}/"
        post = {"title": "为什么", "text": "不明白"}
        return [
            ("get", f"{course}attachment/", None),
            ("get", f"{course}progress/", None),
            ("get", f"{course}certificate/", None),
            ("get", f"course/{video}play/", None),
            ("get", f"course/section/{self.text.pk}/content/", None),
            ("get", f"course/section/{self.quiz}/quiz/", None),
            ("get", f"course/section/{self.quiz}/quiz/attempts/", None),
            ("put", f"course/{video}progress/", {"position": 1}),
            ("put", f"course/section/{self.text.pk}/progress/", {"done": True}),
            ("put", f"course/section/{self.exercise.pk}/answer/", {"text": "二"}),
            ("get", f"community/question/?section={self.video.pk}", None),
            ("get", f"community/question/?course={self.course.pk}", None),
            ("get", question, None),
            ("get", f"{question}answer/", None),
            ("post", f"{question}answer/", {"text": "因为"}),
            ("post", f"{question}report/", {"reason": "广告"}),
            ("post", f"community/answer/{self.answer.pk}/report/", {"reason": "广告"}),
            ("post", f"community/{video}question/", post),
            ("post", f"community/{video}note/", {"text": "记下"}),
        ]


def send(client, method, address, body):
    url = f"/api/v1/{address}"
    return getattr(client, method)(url, body, format="json") if body else client.get(url)


@pytest.fixture
def shop(folders):
    return Shop(folders)


@pytest.fixture
def member(student):
    MembershipPeriodFactory(user=student)
    return student


def test_a_member_opens_a_course_by_whatever_is_done_in_it(shop, member, student_api, api):
    for way in shop.ways():
        # Anew for each way, as who has just become a member.
        EnrollmentGrant.objects.filter(user=member).delete()
        Enrollment.objects.filter(user=member).delete()
        SectionProgress.objects.filter(user=member).delete()

        answers = [send(client, *way) for client in (api, student_api)]

        assert [answers[0].status_code, answers[1].status_code // 100] == [401, 2], way
        grant = EnrollmentGrant.objects.get(user=member)
        assert (grant.course, grant.source) == (shop.course, MEMBERSHIP), way
        assert grant.ends_at == MembershipPeriod.objects.get().ends_at


def test_a_report_of_a_section_that_was_begun_before_opens_it_too(shop, member, student_api):
    """Somebody whose study period is over has become a member."""
    SectionProgress.objects.create(
        user=member, section=shop.video, reported_at=timezone.now() - timedelta(seconds=20)
    )
    answer = send(student_api, "put", f"course/section/{shop.video.pk}/progress/", {"position": 9})
    assert (answer.status_code, answer.json()["data"]["position"]) == (200, 9)
    assert EnrollmentGrant.objects.get(user=member).source == MEMBERSHIP


def test_nobody_else_opens_anything(shop, folders, student, student_api, stranger_api):
    """A stranger, a member whose time is over, and a member in courses that are not for members."""
    ended = timezone.now() - timedelta(days=31)
    MembershipPeriodFactory(user=student, starts_at=ended)
    member = logged_in(MembershipPeriodFactory().user)
    bought_only = Shop(folders, course_type=Course.CourseType.PAID)
    announced = Shop(folders, status=Course.Status.ANNOUNCED)
    refused = [
        *((client, shop) for client in (stranger_api, student_api)),
        *((member, each) for each in (bought_only, announced)),
    ]
    mates = Enrollment.objects.count()
    for client, place in refused:
        for way in place.ways():
            assert send(client, *way).status_code == 403, way
    assert Enrollment.objects.count() == mates
    assert not EnrollmentGrant.objects.filter(source=MEMBERSHIP).exists()


def test_a_rating_is_for_who_has_opened_the_course(shop, member, student_api):
    """A membership alone would rate every VIP course of the school."""
    rating = f"community/course/{shop.course.pk}/rating/"
    body = {"stars": 5, "text": ""}
    assert send(student_api, "put", rating, body).status_code == 403
    assert send(student_api, "get", f"course/{shop.course.pk}/attachment/", None).status_code == 200
    assert send(student_api, "put", rating, body).status_code == 200


def test_what_does_not_need_the_course_opens_nothing(shop, member, student_api):
    free = SectionFactory(chapter__course=shop.course, content="一", free_trail=True, video="")
    CourseSection.objects.filter(pk=free.pk).update(section_type=KINDS.DOCUMENT)
    for address in (
        f"course/{shop.course.pk}/",
        f"course/section/{free.pk}/content/",
        f"community/rating/?course={shop.course.pk}",
        "course/mine/",
        f"course/mine/progress/?courses={shop.course.pk}",
    ):
        assert send(student_api, "get", address, None).status_code == 200, address
    Course.objects.filter(pk=shop.course.pk).update(attachment_path="")
    refused = [
        send(student_api, "get", f"course/{shop.course.pk}/attachment/", None),
        send(student_api, "post", f"course/{shop.course.pk}/certificate/", {"name": "王小明"}),
    ]
    assert [answer.status_code for answer in refused] == [403, 403]
    favourite = f"community/course/{shop.course.pk}/favourite/"
    assert student_api.put(f"/api/v1/{favourite}").status_code == 200
    assert not EnrollmentGrant.objects.filter(user=member).exists()


def test_the_file_of_a_member_ends_with_the_refund(shop, student, student_api, api, fake_alipay):
    order = bought(fake_alipay, student.pk, MembershipTermFactory(months=0, days=30))
    address = f"/api/v1/course/{shop.course.pk}/attachment/"
    assert student_api.head(address).status_code == 200
    url = student_api.get(address).json()["data"]["url"]
    assert [status(api, url, how) for how in ("get", "head")] == [200, 200]
    part = api.get(url, headers={"Range": "bytes=2-5"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, BYTES[2:6])

    start(order, by_days=True)
    finish()

    assert status(api, url) == 403
    assert status(api, url, Range="bytes=2-5") == 403
    assert student_api.get(address).status_code == 403


def test_the_file_of_a_member_ends_with_the_membership(shop, member, student_api, api):
    address = f"/api/v1/course/{shop.course.pk}/attachment/"
    url = student_api.get(address).json()["data"]["url"]
    past = timezone.now() - timedelta(seconds=1)
    MembershipPeriod.objects.update(starts_at=past - timedelta(days=30), ends_at=past)
    EnrollmentGrant.objects.filter(user=member).update(ends_at=past)
    enrollment.end_expired_grants()
    assert [status(api, url), student_api.get(address).status_code] == [403, 403]


def test_owners_pay_for_no_query_more(shop, student, student_api, stranger_api):
    """And who is refused for one that asks for the type, of a VIP course one for the membership."""
    address = f"/api/v1/course/{shop.course.pk}/attachment/"

    def queries(client):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(address)
        return len(seen)

    EnrollmentFactory(user=student, course=shop.course)
    assert queries(student_api) == 2  # the account, the course
    assert queries(stranger_api) == 6
    Course.objects.update(course_type=Course.CourseType.PAID)
    assert queries(logged_in(UserFactory())) == 5
