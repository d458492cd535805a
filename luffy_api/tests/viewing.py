"""Every address that a viewer can get of a course, and which of them open something."""

from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.tests.factories import SectionFactory
from luffy_api.tests.private_files import BYTES, store

FOLDER = "course/videos/202611/two/hls"
OF_VIDEOS = {"mp4", "poster", "segment"}
PLAYLISTS = {"master", "quality"}
DOWNLOADS = {"attachment", "detail"}
EVERYTHING = OF_VIDEOS | PLAYLISTS | DOWNLOADS


def fill(course, folders):
    """Gives it an attachment, an mp4 with a poster, and a video as HLS."""
    Course.objects.filter(pk=course.pk).update(attachment_path="course/attachments/课件.zip")
    chapter = SectionFactory(
        course=course,
        video="course/videos/one/source.mp4",
        video_poster="course/videos/one/poster.jpg",
    ).chapter
    SectionFactory(
        chapter=chapter, video="course/videos/two/source.mp4", video_hls=f"{FOLDER}/index.m3u8"
    )
    texts = {
        "index.m3u8": b"#EXTM3U\n#EXT-X-STREAM-INF:X=1\n720p/index.m3u8\n",
        "720p/index.m3u8": b"#EXTM3U\n#EXTINF:6,\n0.ts\n#EXT-X-ENDLIST\n",
        "720p/0.ts": BYTES,
    }
    for name, text in texts.items():
        store(folders, f"{FOLDER}/{name}", text)
    for name in ("videos/one/source.mp4", "videos/one/poster.jpg", "attachments/课件.zip"):
        store(folders, f"course/{name}")


def given_to(client, course):
    """All addresses that this viewer gets."""
    first, second = CourseSection.objects.filter(chapter__course=course).order_by("pk")
    video = data(client, f"section/{first.pk}/play/")
    master = data(client, f"section/{second.pk}/play/")["url"]
    quality = master.replace("index.m3u8", line(client.get(master)))
    return {
        "mp4": video["url"],
        "poster": video["poster"],
        "master": master,
        "quality": quality,
        "segment": line(client.get(quality)),
        "attachment": data(client, f"{course.pk}/attachment/")["url"],
        "detail": data(client, f"{course.pk}/")["attachment_path"],
    }


def open_ones(client, urls):
    """Which of the addresses open something; the others must say that they are dead or nothing."""
    found = {name: status(client, url) for name, url in urls.items()}
    assert set(found.values()) <= {200, 403, 404}
    assert all(code != 404 for name, code in found.items() if name not in PLAYLISTS)
    return {name for name, code in found.items() if code == 200}


def status(client, url, method="get", **headers):
    """The status of an answer, read to its end."""
    answer = getattr(client, method)(url, headers=headers)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def data(client, path):
    return client.get(f"/api/v1/course/{path}").json()["data"]


def line(answer):
    return next(line for line in answer.content.decode().splitlines() if line[:1] not in {"#", ""})
