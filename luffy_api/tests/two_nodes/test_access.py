"""Access to courses, accounts and videos at two nodes at the same moment."""

from functools import partial

import pytest
from django.utils import timezone

from luffy_api.apps.course import enrollment, student_counts
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.monitoring import alerts
from luffy_api.apps.monitoring.alerts import Problem
from luffy_api.apps.monitoring.models import Alert
from luffy_api.apps.user import captchas, services, sms_codes
from luffy_api.apps.user.exceptions import AccountTaken, SmsCodeTooSoon
from luffy_api.apps.user.models import Captcha, SmsMessage, SmsPurpose, User
from luffy_api.apps.video import services as video_services
from luffy_api.apps.video import uploads
from luffy_api.apps.video.models import Video, VideoUpload
from luffy_api.tests.factories import CourseFactory, SectionFactory
from luffy_api.tests.two_nodes.rivals import overtaken

UNDONE = [1213]
ORDER = EnrollmentGrant.Source.ORDER


@pytest.fixture
def race(nodes):
    """`overtaken` at the two nodes; afterwards enrolments and grants must fit together."""
    yield partial(overtaken, nodes=nodes)
    assert not Enrollment.objects.without_reason().exists()
    given = EnrollmentGrant.objects.live().values_list("user_id", "course_id")
    assert set(given) == set(Enrollment.objects.values_list("user_id", "course_id"))


@pytest.fixture
def course(nodes):
    return CourseFactory()


def enroll(student, course, reference):
    return enrollment.enroll_in_all(
        user_id=student.pk, course_ids=[course.pk], source=ORDER, reference=reference
    )


def end(reference):
    return enrollment.end_grants(source=ORDER, reference=reference)


def students(course):
    student_counts.fold()
    return Course.objects.get(pk=course.pk).students


@pytest.mark.parametrize("rival", ["same", "other"])
def test_a_student_is_enrolled_once(race, student, course, rival):
    both = race(lambda: enroll(student, course, "same"), by=lambda: enroll(student, course, rival))

    assert (both.undone, both.first, both.second) == (UNDONE, set(), {course.pk})
    assert (Enrollment.objects.count(), students(course)) == (1, 1)


def test_a_course_is_kept_by_a_payment_beside_the_refund_of_another(race, student, course):
    enroll(student, course, "refunded")

    both = race(lambda: end("refunded"), by=lambda: enroll(student, course, "paid"))

    assert both.undone == UNDONE
    assert (Enrollment.objects.count(), students(course)) == (1, 1)


def test_a_course_is_kept_by_a_payment_that_is_overtaken_by_the_refund(race, student, course):
    enroll(student, course, "refunded")

    both = race(lambda: enroll(student, course, "paid"), by=lambda: end("refunded"))

    assert both.undone == UNDONE
    assert (Enrollment.objects.count(), students(course)) == (1, 1)


def test_the_last_two_grants_that_end_together_take_the_course_away(race, student, course):
    enroll(student, course, "a")
    enroll(student, course, "b")

    both = race(lambda: end("a"), by=lambda: end("b"))

    assert both.undone == UNDONE
    assert (Enrollment.objects.count(), students(course)) == (0, 0)


def test_a_student_whom_both_count_is_counted_once(race, student, course):
    enroll(student, course, "paid")

    both = race(student_counts.fold, by=student_counts.fold)

    assert (both.undone, both.first, both.second) == (UNDONE, 0, 1)
    assert students(course) == 1


# --- Accounts ----------------------------------------------------------------------------------


def test_a_captcha_is_answered_once(race, nodes):
    picture = captchas.create()
    row = Captcha.objects.get()
    row.digest = captchas._digest(row.pk, "33333")
    row.save()
    answer = captchas.Answer(picture.id, "33333")

    both = race(lambda: captchas.use(answer), by=lambda: captchas.use(answer))

    assert (both.undone, both.first, both.second) == (UNDONE, False, True)


def test_a_number_gets_one_text_message(race, nodes):
    def send():
        sms_codes.send(mobile="13812345678", purpose=SmsPurpose.LOGIN, address="10.0.0.1")

    both = race(send, by=send)

    assert (both.undone, both.first) == (UNDONE, SmsCodeTooSoon)
    assert SmsMessage.objects.count() == 1


def test_a_mobile_has_one_account(race, nodes):
    create = partial(services._create, mobile="13812345678", password=None)

    both = race(create, by=create)

    assert (both.undone, both.first) == (UNDONE, AccountTaken)
    assert User.objects.count() == 1


# --- Videos, alerts ----------------------------------------------------------------------------


def test_of_two_videos_of_a_section_the_last_stays(race, nodes):
    section = SectionFactory(video="")
    names = ["course/videos/one.mp4", "course/videos/two.mp4"]
    add = [partial(video_services.add_video, section_id=section.pk, name=name) for name in names]

    both = race(add[0], by=add[1])

    assert both.undone == UNDONE
    assert Video.objects.get(section=section).file.name == names[0]


def test_an_upload_is_recorded_once(race, student):
    section = SectionFactory(video="")
    upload = VideoUpload.objects.create(
        section=section,
        user=student,
        filename="one.mp4",
        size=1,
        key="course/videos/x/source.mp4",
        part_size=1,
        expires_at=timezone.now(),
    )

    def record():
        return uploads._record(VideoUpload.objects.get(pk=upload.pk))

    both = race(record, by=record)

    assert (both.undone, both.first, both.second) == (UNDONE, False, True)
    assert Video.objects.count() == 1


def test_a_problem_that_both_see_is_one_alert(race, nodes):
    problem = Problem("disk", "磁盘快满了", "只剩 1 GB")
    report = partial(alerts.report, problem, source="disk")

    both = race(report, by=report)

    assert both.undone == UNDONE
    assert Alert.objects.get().count == 2
