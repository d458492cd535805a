"""A video is as long as what plays of it, and a recording of sound has a picture."""

import io

import pytest
from PIL import Image

from luffy_api.apps.course.models import Course
from luffy_api.apps.video import services
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.transcoding import worker
from luffy_api.libs import storage, video
from luffy_api.libs.video.tests.sources import SOURCES
from luffy_api.libs.video.tests.sources.making import run
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, current_video
from luffy_api.tests.private_files import store

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FOLDER = "course/videos/202611/0123456789abcdef0123456789abcdef"
RED = (200, 30, 30)


@pytest.fixture
def uploaded(folders, tmp_path):
    """A function that queues a kind of video of the table of sources, and has it converted."""

    def upload(name):
        source = next(each for each in SOURCES if each.name == name)
        stored = f"{FOLDER}/source.{source.kind}"
        store(folders, stored, source.make(tmp_path).read_bytes())
        section = SectionFactory(video="", duration=0)
        services.add_video(section_id=section.pk, name=stored)
        return section

    return upload


def convert(section):
    worker.run_all()
    section.refresh_from_db()
    made = current_video(section)
    assert (made.state, made.note) == (Video.State.READY, "")
    return made


def length_of(folders, made):
    """What the playlist of a video's only quality plays."""
    master = folders / "private" / made.hls
    [name] = [line for line in master.read_text().splitlines() if line and line[0] != "#"]
    return video.length_of_playlist((master.parent / name).read_text())


def poster_of(folders, made):
    with Image.open(folders / "private" / made.poster) as image:
        return image.convert("RGB")


def test_the_last_slide_stays_until_the_teacher_ends(uploaded, folders, student, student_api):
    section = uploaded("last slide stays while the teacher talks on")
    made = convert(section)
    assert (section.duration, made.duration) == (4, 4)
    assert length_of(folders, made) == pytest.approx(4, abs=0.2)
    # And who watched the lecture to its end is done.
    EnrollmentFactory(user=student, course=section.chapter.course)
    play = f"/api/v1/course/section/{section.pk}/play/"
    assert student_api.get(play).json()["data"]["position"] == 0
    report = f"/api/v1/course/section/{section.pk}/progress/"
    answer = student_api.put(report, {"position": 4}, "json")
    assert answer.json()["data"]["position"] == 4
    # A section that was seen to its end begins again.
    assert student_api.get(play).json()["data"]["position"] == 0


def test_a_live_recording_begins_at_nought_whatever_its_clock_says(uploaded, folders):
    section = uploaded("flv, live, clock at 3600 s")
    made = convert(section)
    assert section.duration == 2
    assert length_of(folders, made) == pytest.approx(2, abs=0.2)


def test_a_header_that_lies_about_the_length_is_not_believed(uploaded):
    section = uploaded("flv with a wrong duration")
    convert(section)
    assert section.duration == 2


def test_recorded_sound_is_shown_with_the_cover_of_its_course(uploaded, folders):
    section = uploaded("recorded sound")
    cover = io.BytesIO()
    Image.new("RGB", (400, 400), RED).save(cover, "PNG")
    name = storage.public_storage().save("course/covers/a.png", io.BytesIO(cover.getvalue()))
    Course.objects.update(course_img=name)

    made = convert(section)

    poster = poster_of(folders, made)
    assert poster.size == (1280, 720)
    middle = poster.getpixel((640, 360))
    assert all(abs(seen - meant) < 20 for seen, meant in zip(middle, RED, strict=True))
    assert poster.getpixel((10, 10)) != middle
    assert section.duration == 2


@pytest.mark.parametrize("cover", ["", "course/covers/gone.png", "course/covers/bad.png"])
def test_recorded_sound_without_a_cover_is_shown_as_a_wave(uploaded, folders, cover):
    section = uploaded("recorded sound")
    storage.public_storage().save("course/covers/bad.png", io.BytesIO(b"\x89PNG nothing"))
    Course.objects.update(course_img=cover)

    made = convert(section)

    colours = poster_of(folders, made).getcolors(1280 * 720)
    assert len(colours) > 1
    assert (made.plays_natively, section.duration) == (True, 2)


@pytest.mark.parametrize(("even", "loudness"), [(False, -29), (True, -16)])
def test_the_loudness_of_videos_is_even_where_the_school_wants_it(
    folders, tmp_path, settings, even, loudness
):
    # Given a teacher who sits far from the microphone
    settings.VIDEO_EVEN_LOUDNESS = even
    quiet = tmp_path / "quiet.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=160x90:d=3:r=10"]
    tone = ["-f", "lavfi", "-i", "sine=f=1000:d=3,volume=-8dB"]
    run([*picture, *tone, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(quiet)])
    store(folders, f"{FOLDER}/source.mp4", quiet.read_bytes())
    section = SectionFactory(video="", duration=0)
    services.add_video(section_id=section.pk, name=f"{FOLDER}/source.mp4")

    made = convert(section)

    master = folders / "private" / made.hls
    joined = tmp_path / "made.mp4"
    run(["-i", str(master), "-c", "copy", str(joined)])
    needed = video.gain_to(0, joined, "mp4", largest=100)
    assert -needed == pytest.approx(loudness, abs=1.5)


def test_silence_stays_silent(tmp_path):
    path = tmp_path / "silent.mp4"
    run(["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono", "-t", "1", "-c:a", "aac", str(path)])
    assert video.gain_to(-16, path, "mp4") == 0
