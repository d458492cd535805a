"""What nobody will come back for is removed, and nothing else."""

import os
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.video import cleanup
from luffy_api.apps.video.models import TranscodingJob, VideoUpload
from luffy_api.apps.video.tests.uploading import BASE, FTYP, begin, bring, put
from luffy_api.tests.factories import SectionFactory, UserFactory, current_video
from luffy_api.tests.private_files import store

pytestmark = pytest.mark.django_db
ONE = "course/videos/202611/" + "1" * 32
TWO = "course/videos/202611/" + "2" * 32


@pytest.fixture
def empty(db, folders):
    return SectionFactory(video="", duration=0)


def old(folders, *names):
    """Files that were written two days ago."""
    for name in names:
        store(folders, name)
        then = timezone.now().timestamp() - 2 * 86400
        os.utime(folders / "private" / name, (then, then))


def left(folders):
    return sorted(
        p.relative_to(folders / "private").as_posix()
        for p in (folders / "private").rglob("*")
        if p.is_file()
    )


def test_an_upload_whose_time_is_over_leaves_nothing_behind(staff_api, empty, folders):
    pk = begin(staff_api, empty).json()["data"]["id"]
    put(staff_api, pk, 1, FTYP)
    assert left(folders)
    VideoUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert cleanup.expire_uploads() == 1
    assert left(folders) == []
    data = staff_api.get(f"{BASE}{pk}/").json()["data"]
    assert (data["state"], data["error"]) == (4, "上传已过期")
    assert cleanup.expire_uploads() == 0


def test_an_upload_that_goes_on_is_left_alone(staff_api, empty, folders):
    pk = begin(staff_api, empty).json()["data"]["id"]
    put(staff_api, pk, 1, FTYP)
    before = left(folders)
    assert cleanup.cleanup_uploads() == (0, 0)
    assert left(folders) == before


def test_videos_that_no_section_has_go(folders):
    names = [f"{ONE}/source.mp4", f"{ONE}/poster-1.jpg", f"{ONE}/hls-1/720p/00000.ts"]
    old(folders, *names)
    assert cleanup.remove_orphans() == 3
    assert left(folders) == []


def test_what_a_section_has_stays_and_what_was_left_beside_it_goes(folders):
    kept = [
        f"{ONE}/source.mp4",
        f"{ONE}/poster-a.jpg",
        f"{ONE}/hls-a/index.m3u8",
        f"{ONE}/hls-a/720p/00000.ts",
    ]
    gone = [f"{ONE}/poster-b.jpg", f"{ONE}/hls-b/index.m3u8", f"{ONE}/hls-ab/00000.ts"]
    old(folders, *kept, *gone)
    SectionFactory(video=kept[0], video_poster=kept[1], video_hls=kept[2])
    assert cleanup.remove_orphans() == 3
    assert left(folders) == sorted(kept)


def test_a_deleted_section_keeps_its_video(folders):
    old(folders, f"{ONE}/source.mp4")
    SectionFactory(video=f"{ONE}/source.mp4", is_delete=True)
    assert cleanup.remove_orphans() == 0


def test_what_is_younger_than_a_day_stays(folders):
    store(folders, f"{ONE}/source.mp4")
    assert cleanup.remove_orphans() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert cleanup.remove_orphans() == 1


def test_the_segments_of_a_playlist_that_was_put_in_by_hand_stay(folders):
    names = [f"{ONE}/index.m3u8", f"{ONE}/part0.ts", f"{ONE}/720p/part0.ts"]
    old(folders, *names)
    SectionFactory(video=names[0])
    assert cleanup.remove_orphans() == 0


@pytest.mark.parametrize("state", [TranscodingJob.State.WAITING, TranscodingJob.State.RUNNING])
def test_a_video_that_is_being_processed_keeps_all_its_files(folders, state):
    old(folders, f"{ONE}/source.mp4", f"{ONE}/hls-new/720p/00000.ts")
    section = SectionFactory(video=f"{ONE}/source.mp4")
    TranscodingJob.objects.create(video=current_video(section), state=state)
    assert cleanup.remove_orphans() == 0


def test_an_object_whose_upload_is_still_open_stays(folders):
    old(folders, f"{ONE}/source.mp4", f"{TWO}/source.mp4")
    VideoUpload.objects.create(
        section=SectionFactory(),
        user=UserFactory(),
        filename="a.mp4",
        size=1,
        provider="qiniu",
        key=f"{ONE}/source.mp4",
        part_size=1,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    assert cleanup.remove_orphans() == 1
    assert left(folders) == [f"{ONE}/source.mp4"]


@pytest.mark.parametrize(
    "name",
    [
        "course/videos/demo/lesson.mp4",
        "course/videos/demo/hls/part0.ts",
        "course/videos/202611/handmade/a.mp4",
        "course/videos/a.mp4",
        "course/attachments/a.zip",
        f"backup/{ONE}/source.mp4",
        f"course/videos/202611/{'1' * 31}g/source.mp4",
        f"course/videos/202611/{'1' * 33}/source.mp4",
    ],
)
def test_what_others_put_there_stays(folders, name):
    old(folders, name)
    assert cleanup.remove_orphans() == 0
    assert left(folders) == [name]


def test_a_replaced_video_goes_and_the_new_one_stays(staff_api, empty, folders):
    bring(staff_api, empty)
    bring(staff_api, empty, filename="新.mp4")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        cleanup.cleanup_uploads()
    assert left(folders) == [current_video(empty).file.name]


def test_the_command_says_what_it_did(staff_api, empty, folders, capsys):
    begin(staff_api, empty)
    old(folders, f"{ONE}/source.mp4")
    VideoUpload.objects.update(expires_at=timezone.now())
    call_command("cleanup_uploads")
    assert capsys.readouterr().out == "已结束 1 个过期上传，清理 1 个无主文件\n"


def test_old_rows_of_uploads_are_forgotten_and_videos_stay(staff_api, empty, folders):
    bring(staff_api, empty)
    VideoUpload.objects.update(updated_time=timezone.now() - timedelta(days=31))
    cleanup.cleanup_uploads()
    assert not VideoUpload.objects.exists()
    assert current_video(empty).file


@pytest.mark.parametrize("videos", [1, 4])
def test_three_queries_a_video_however_many_files(folders, django_assert_num_queries, videos):
    for number in range(videos):
        folder = f"course/videos/202611/{number:032}"
        old(folders, *(f"{folder}/hls-a/{part}.ts" for part in range(9)))
    with django_assert_num_queries(3 * videos):
        cleanup.remove_orphans()
