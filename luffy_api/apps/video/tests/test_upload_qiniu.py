"""Videos by way of Qiniu: its callback, its transcoding, its notification. The fake speaks HTTP."""

import json
from datetime import timedelta
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from qiniu import put_data
from qiniu.http.endpoint import Endpoint
from qiniu.http.region import Region, ServiceName

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.monitoring.models import AuditOrigin
from luffy_api.apps.video.models import TranscodingJob, Video, VideoUpload
from luffy_api.apps.video.tests.uploading import BASE, FTYP, begin, complete
from luffy_api.apps.video.transcoding import worker
from luffy_api.libs.storage.tests import qiniu_signing as signing
from luffy_api.libs.storage.tests.conftest import _no_proxy, qiniu  # noqa: F401
from luffy_api.libs.storage.tests.fake_qiniu import BUCKET, Stored
from luffy_api.settings import files
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory

# The storage is tested; test_upload.py tests the rows on both databases.
pytestmark = pytest.mark.any_database

CONTENT = FTYP + b"x" * 900
FORM = "application/x-www-form-urlencoded"
CALLBACK = f"{BASE}callback/"
State = Video.State


@pytest.fixture
def fake(qiniu, settings):  # noqa: F811
    """The storage of this test's shop."""
    settings.TRANSCODER = files.TRANSCODERS["qiniu"]
    return qiniu.peer


@pytest.fixture
def empty(db):
    return SectionFactory(video="", duration=0)


@pytest.fixture
def ticket(staff_api, empty, fake):
    """Permission to upload CONTENT."""
    return begin(staff_api, empty, CONTENT).json()["data"]


def arrive(fake, ticket, content=CONTENT, mime="video/mp4"):
    """The object lies in the bucket, and nobody knows yet."""
    stored = Stored(content, mime)
    fake.buckets[BUCKET][ticket["ticket"]["key"]] = stored
    return stored.facts(ticket["ticket"]["key"])


def tell(api, facts, *, authorization=None, content_type=FORM, path=CALLBACK, **changes):
    """Qiniu's callback."""
    fields = {name: facts[name] for name in ("key", "hash", "fsize", "mimeType")}
    body = urlencode({**fields, "bucket": BUCKET, **changes}).encode()
    header = authorization or signing.callback_authorization(path, body)
    return api.generic("POST", path, body, content_type, HTTP_AUTHORIZATION=header)


def section():
    return CourseSection.objects.get()


def video():
    return Video.objects.first()


@pytest.mark.django_db(transaction=True)
def test_from_the_browser_to_the_player(
    staff_api, student_api, student, fake, live_server, settings
):
    # Given a shop that Qiniu can reach
    settings.PUBLIC_URL = live_server.url
    row = SectionFactory(video="", duration=0)
    EnrollmentFactory(user=student, course=row.chapter.course)
    given = begin(staff_api, row, CONTENT).json()["data"]
    assert (given["provider"], given["ticket"]["up_host"]) == ("qiniu", fake.url)
    # When the browser brings the video to it
    region = Region(services={ServiceName.UP: [Endpoint.from_host(fake.url)]})
    answer, info = put_data(
        given["ticket"]["token"], given["ticket"]["key"], CONTENT, regions=[region]
    )
    # Then the browser hears what we answered to the callback, without an envelope
    assert info.status_code == 200, info
    assert answer["key"] == given["key"]
    assert (video().state, section().duration) == (State.PROCESSING, 12)
    assert video().poster
    # And its own word changes nothing any more
    assert complete(staff_api, given["id"]).status_code == 200
    # When Qiniu has converted it, which it is asked about
    job = TranscodingJob.objects.get()
    for _ in range(3):
        worker.poll_jobs()
    # Then a buyer plays segments that Qiniu serves
    assert video().state == State.READY
    played = student_api.get(f"/api/v1/course/section/{row.pk}/play/").json()["data"]
    lines = student_api.get(played["url"]).content.decode().split()
    [quality, *_] = [line for line in lines if line.endswith(".m3u8")]
    text = student_api.get(played["url"].replace("index.m3u8", quality)).content.decode()
    [segment, *_] = [line for line in text.split() if line.startswith("http")]
    assert urlopen(segment).status == 200
    assert job.persistent_id


@pytest.mark.django_db
def test_a_callback_makes_the_row_after_the_storage_was_asked(api, fake, ticket):
    answer = tell(api, arrive(fake, ticket))
    assert (answer.status_code, set(answer.json())) == (200, {"key", "hash", "size", "id"})
    assert video().file.name == ticket["key"]
    assert VideoUpload.objects.get().state == VideoUpload.State.DONE


@pytest.mark.django_db
def test_a_callback_is_logged_under_the_name_of_who_has_sent_the_video(api, fake, ticket):
    tell(api, arrive(fake, ticket))
    assert LogEntry.objects.get().user == VideoUpload.objects.get().user
    # Qiniu has asked, not the member of the staff.
    assert not AuditOrigin.objects.exists()


@pytest.mark.django_db
def test_a_replay_changes_nothing(api, fake, ticket):
    facts = arrive(fake, ticket)
    first = tell(api, facts).json()
    Video.objects.update(file="course/videos/later.mp4")
    assert tell(api, facts).json() == first
    assert video().file.name == "course/videos/later.mp4"
    assert TranscodingJob.objects.count() == 1


@pytest.mark.django_db
def test_a_replay_after_giving_up_brings_nothing_back(api, staff_api, fake, ticket):
    facts = arrive(fake, ticket)
    staff_api.delete(f"{BASE}{ticket['id']}/")
    assert fake.buckets[BUCKET] == {}
    arrive(fake, ticket)
    assert tell(api, facts).status_code == 400
    assert video() is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"fsize": "5"},
        {"hash": "FhVH9"},
        {"key": "private/course/videos/other.mp4"},
        {"key": "private/../x"},
        {"key": "elsewhere/a.mp4"},
        {"bucket": "another"},
        {"fsize": "-1"},
        {"fsize": "9" * 400},
    ],
)
def test_a_signed_callback_that_is_not_true_is_refused(api, fake, ticket, changes):
    answer = tell(api, arrive(fake, ticket), **changes)
    assert answer.status_code in {400, 403}
    assert video() is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "how",
    [
        {"authorization": "QBox x:y"},
        {"authorization": "Qiniu "},
        {"authorization": f"QBox {signing.token('another', 'another secret')}"},
        {"content_type": "application/json"},
    ],
)
def test_a_callback_of_somebody_else_is_refused(api, fake, ticket, how):
    answer = tell(api, arrive(fake, ticket), **how)
    assert (answer.status_code, answer.json()["code"]) == (403, 1003)
    assert video() is None


@pytest.mark.django_db
def test_a_callback_for_what_is_not_there_is_refused(api, fake, ticket):
    facts = arrive(fake, ticket)
    fake.buckets[BUCKET].clear()
    assert tell(api, facts).status_code == 400


@pytest.mark.django_db
def test_what_is_no_video_is_refused_and_taken_away(api, staff_api, fake, ticket):
    facts = arrive(fake, ticket, b"<html>" + b"x" * (len(CONTENT) - 6))
    answer = tell(api, facts)
    assert answer.json() == {"error": "文件内容不是有效的 MP4 视频"}
    assert fake.buckets[BUCKET] == {}
    assert complete(staff_api, ticket["id"]).status_code == 409


@pytest.mark.django_db
def test_a_lost_callback_is_made_up_for_by_the_browser(staff_api, fake, ticket):
    arrive(fake, ticket)
    assert complete(staff_api, ticket["id"]).status_code == 200
    assert video().file.name == ticket["key"]


@pytest.mark.django_db
def test_a_browser_that_comes_too_early_is_told_so(staff_api, fake, ticket):
    assert complete(staff_api, ticket["id"]).status_code == 400
    assert VideoUpload.objects.get().state == VideoUpload.State.OPEN


@pytest.mark.django_db
def test_going_on_gets_a_fresh_token_for_the_same_key(staff_api, empty, fake, ticket):
    again = begin(staff_api, empty, CONTENT).json()["data"]
    assert (again["id"], again["key"]) == (ticket["id"], ticket["key"])
    assert signing.policy_of(again["ticket"]["token"])


@pytest.mark.django_db
def test_going_on_with_what_has_arrived_begins_anew(staff_api, empty, fake, ticket):
    arrive(fake, ticket)
    again = begin(staff_api, empty, CONTENT)
    assert again.status_code == 201
    assert again.json()["data"]["id"] != ticket["id"]


@pytest.mark.django_db
def test_a_storage_that_is_down_is_503(staff_api, empty, fake, ticket):
    fake.broken = (500, "<html>oops</html>", 0)
    for answer in (complete(staff_api, ticket["id"]), begin(staff_api, empty, CONTENT)):
        assert (answer.status_code, answer.json()["code"]) == (503, 1503)
    assert VideoUpload.objects.get().state == VideoUpload.State.OPEN


@pytest.fixture
def converting(api, fake, ticket):
    """A video that Qiniu is working on."""
    tell(api, arrive(fake, ticket))
    return TranscodingJob.objects.get()


def notify(api, body):
    return api.generic("POST", f"{BASE}transcoded/", body, "application/json")


@pytest.mark.django_db
def test_a_notification_is_only_a_hint(api, fake, converting):
    # Given that the work has not ended, whatever a notification says
    body = json.dumps({"id": converting.persistent_id, "code": 0}).encode()
    assert notify(api, body).json() == {"ok": True}
    assert video().state == State.PROCESSING
    for _ in range(2):
        notify(api, body)
    assert video().state == State.READY


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"id": 1}', b'{"id": "x"}', b'{"id": "' + b"x" * 999 + b'"}',
     b"[" * 50_000, b"\xff\xfe"],
)  # fmt: skip
def test_a_notification_about_nothing_means_nothing(api, fake, converting, body):
    assert notify(api, body).json() == {"ok": True}
    assert video().state == State.PROCESSING


@pytest.mark.django_db
def test_a_conversion_that_fails_there_says_so_here(fake, converting):
    fake.failing = True
    for _ in range(3):
        worker.poll_jobs()
    assert video().state == State.FAILED
    assert video().note == "存储服务转码失败，请重试或重新上传"
    assert section().is_playable


@pytest.mark.django_db
def test_a_conversion_that_never_ends_is_given_up(fake, converting, settings):
    TranscodingJob.objects.update(
        heartbeat=timezone.now() - settings.TRANSCODE_TIME_LIMIT - timedelta(minutes=1)
    )
    worker.poll_jobs()
    assert video().note == "存储服务转码超时，请重试"


@pytest.mark.django_db
def test_asking_while_the_storage_is_down_loses_nothing(fake, converting):
    fake.broken = (502, "", 0)
    worker.poll_jobs()
    fake.broken = None
    for _ in range(3):
        worker.poll_jobs()
    assert video().state == State.READY


@pytest.mark.django_db
def test_a_job_that_another_runner_polls_is_left_to_it_until_its_lease_ends(fake, converting):
    # Given a runner that died in the middle of a poll
    TranscodingJob.objects.update(next_poll_at=timezone.now() + worker.POLL_LEASE)
    for _ in range(3):
        worker.poll_jobs()
    assert video().state == State.PROCESSING
    # When its lease has ended
    TranscodingJob.objects.update(next_poll_at=timezone.now())
    for _ in range(3):
        worker.poll_jobs()
    assert video().state == State.READY


@pytest.mark.django_db
def test_of_two_runners_that_saw_a_job_due_one_polls_it(fake, converting):
    seen = [TranscodingJob.objects.get() for _ in range(2)]

    assert [worker._claim(job) for job in seen] == [True, False]
