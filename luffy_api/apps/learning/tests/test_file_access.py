"""Files at our own server: whether the viewer still has the right is asked at every request."""

from datetime import timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseSection,
    Enrollment,
    EnrollmentGrant,
)
from luffy_api.apps.user.models import User
from luffy_api.apps.video import services
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.transcoding import results
from luffy_api.conftest import logged_in
from luffy_api.libs import storage
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory, UserFactory
from luffy_api.tests.private_files import store
from luffy_api.tests.viewing import (
    DOWNLOADS,
    EVERYTHING,
    FOLDER,
    OF_VIDEOS,
    PLAYLISTS,
    data,
    fill,
    given_to,
    line,
    open_ones,
    status,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def course(db, folders):
    """A course with a video of each kind and an attachment."""
    course = CourseFactory()
    fill(course, folders)
    return course


@pytest.fixture
def urls(course, student, student_api):
    """Those of an owner."""
    EnrollmentFactory(user=student, course=course)
    return given_to(student_api, course)


def test_what_an_owner_was_given_opens_for_who_has_the_address(api, urls):
    assert urls.keys() == EVERYTHING
    assert open_ones(api, urls) == EVERYTHING


ENDS = {
    "the right ended": (lambda: Enrollment.objects.all().delete(), set()),
    "the account was closed": (lambda: User.objects.update(is_active=False), set()),
    "the sections are hidden": (lambda: CourseSection.objects.update(is_show=False), DOWNLOADS),
    "they were deleted": (lambda: CourseSection.objects.update(is_delete=True), DOWNLOADS),
    "the chapter is hidden": (lambda: CourseChapter.objects.update(is_show=False), DOWNLOADS),
    "the course has another attachment": (
        lambda: Course.objects.update(attachment_path="course/attachments/b.zip"),
        OF_VIDEOS | PLAYLISTS,
    ),
    # A course that was paid for stays open to its owner.
    "the course is hidden": (lambda: Course.objects.update(is_show=False), EVERYTHING),
    "its category is hidden": (lambda: CourseCategory.objects.update(is_show=False), EVERYTHING),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_next_request_knows(api, urls, end):
    happens, left = ENDS[end]
    happens()
    assert open_ones(api, urls) == left


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("get", {"range": "bytes=0-9"}),
        ("get", {"range": "bytes=9-", "if-range": "*"}),
        ("get", {"if-none-match": "*"}),
        ("head", {}),
    ],
)
@pytest.mark.parametrize("accel", ["", "/protected/"])
def test_no_way_of_asking_gets_round_it(api, urls, settings, accel, method, headers):
    settings.ACCEL_REDIRECT_PREFIX = accel
    files = OF_VIDEOS | DOWNLOADS
    assert all(status(api, urls[name], method, **headers) < 400 for name in files)
    Enrollment.objects.all().delete()
    assert {status(api, urls[name], method, **headers) for name in files} == {403}


def test_who_buys_again_goes_on_by_the_same_address(api, student, course, urls):
    EnrollmentGrant.objects.all().delete()
    Enrollment.objects.all().delete()
    assert open_ones(api, urls) == set()
    EnrollmentFactory(user=student, course=course)
    assert open_ones(api, urls) == EVERYTHING


def test_the_refund_of_one_is_not_the_refund_of_another(api, course, student, urls):
    other = UserFactory()
    EnrollmentFactory(user=other, course=course)
    theirs = given_to(logged_in(other), course)
    Enrollment.objects.filter(user=student).delete()
    assert open_ones(api, urls) == set()
    assert open_ones(api, theirs) == EVERYTHING


def test_the_address_of_another_course_helps_nobody(api, student, urls):
    Enrollment.objects.all().delete()
    EnrollmentFactory(user=student)
    assert open_ones(api, urls) == set()


def test_a_video_plays_until_another_has_replaced_it(api, urls, folders):
    store(folders, "course/videos/three/source.mp4")
    sections = CourseSection.objects.all()
    added = [
        services.add_video(section_id=section.pk, name="course/videos/three/source.mp4")
        for section in sections
    ]
    assert open_ones(api, urls) == EVERYTHING
    for video in added:
        results.mark_ready(video.job, plays_natively=True)
    assert open_ones(api, urls) == DOWNLOADS


def test_a_video_goes_on_as_mp4_when_its_hls_is_ready(api, urls):
    Video.objects.filter(hls="").update(hls="course/videos/one/hls/index.m3u8")
    assert "mp4" in open_ones(api, urls)


def test_a_trial_plays_for_everybody_as_long_as_it_is_one(api, trial):
    url = data(api, f"section/{trial.pk}/play/")["url"]
    assert status(api, url) == 200
    CourseSection.objects.update(free_trail=False)
    assert status(api, url) == 403


def test_a_trial_plays_on_for_who_had_the_course(api, urls):
    CourseSection.objects.update(free_trail=True)
    Enrollment.objects.all().delete()
    assert open_ones(api, urls) == OF_VIDEOS | PLAYLISTS
    User.objects.update(is_active=False)
    assert open_ones(api, urls) == OF_VIDEOS | PLAYLISTS


def test_a_trial_of_a_hidden_course_is_its_owners(api, student_api, course, urls):
    CourseSection.objects.update(free_trail=True)
    video = CourseSection.objects.order_by("pk").first()
    visitors = data(api, f"section/{video.pk}/play/")["url"]
    Course.objects.update(is_show=False)
    assert status(api, visitors) == 403
    assert status(api, urls["mp4"]) == 200


def test_the_grant_cannot_be_edited(api, student, course, urls):
    buyer = EnrollmentFactory(course=course).user
    Enrollment.objects.filter(user=student).delete()
    for name in OF_VIDEOS | DOWNLOADS:
        mine = f".{student.pk}:"
        assert mine in urls[name]
        for other in (f".{buyer.pk}:", ".0:", ":", ""):
            assert status(api, urls[name].replace(mine, other)) == 403


def signed(grant, name):
    """Our own signature: what nobody but us could make."""
    end = timezone.now() + timedelta(hours=1)
    return storage.private_storage().signed_url(name, expires_at=end, grant=grant)


def test_a_grant_opens_what_is_its_own_and_nothing_else(api, student, course, urls):
    [first, second] = CourseSection.objects.order_by("pk")
    other = EnrollmentFactory(user=student).course
    video = "course/videos/one/source.mp4"
    viewer = student.pk
    assert status(api, signed(f"s{first.pk}.{viewer}", video)) == 200
    for grant in (
        f"s{second.pk}.{viewer}",
        f"c{course.pk}.{viewer}",
        f"c{other.pk}.{viewer}",
        f"s{first.pk}.0",
        f"s{first.pk}.",
        f"s{first.pk}",
        f"s{10**18}.{viewer}",
        f"s{10**19 - 1}.{10**19 - 1}",
        f"x{first.pk}.{viewer}",
        "s.",
    ):
        assert status(api, signed(grant, video)) == 403, grant


def test_what_lies_beside_a_video_of_hls_is_not_part_of_it(api, student, course, urls, folders):
    [_, video] = CourseSection.objects.order_by("pk")
    grant = f"s{video.pk}.{student.pk}"
    for name in ("course/videos/202611/two/hls2/0.ts", "course/videos/202611/two/0.ts"):
        store(folders, name)
        assert status(api, signed(grant, name)) == 403
    assert status(api, signed(grant, f"{FOLDER}/720p/0.ts")) == 200


def test_a_playlist_put_in_by_hand_opens_its_segments(api, folders):
    store(folders, "index.m3u8", b"#EXTM3U\n#EXTINF:6,\n0.ts\n")
    store(folders, "0.ts")
    section = SectionFactory(video="index.m3u8", free_trail=True)
    url = data(api, f"section/{section.pk}/play/")["url"]
    assert status(api, line(api.get(url))) == 200


@pytest.mark.parametrize("others", [0, 8])
def test_each_request_asks_the_database_once(api, course, urls, django_assert_num_queries, others):
    SectionFactory.create_batch(others, chapter=CourseChapter.objects.get())
    EnrollmentFactory.create_batch(others, course=course)
    for name in OF_VIDEOS | DOWNLOADS:
        for headers in ({}, {"range": "bytes=0-9"}, {"if-none-match": "*"}):
            with django_assert_num_queries(1):
                assert status(api, urls[name], **headers) < 400
    Enrollment.objects.all().delete()
    for name in OF_VIDEOS | DOWNLOADS:
        with django_assert_num_queries(1):
            assert status(api, urls[name]) == 403


def test_an_edited_address_is_not_worth_a_query(api, urls, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert status(api, urls["mp4"].replace("/files/", "/files/9")) == 403
