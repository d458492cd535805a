"""A staff member's browser that brings up a video, as the back office's page does."""

from luffy_api.libs.video.tests.conftest import draw

FTYP = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
BASE = "/api/v1/course/upload/"


def begin(client, row, content=FTYP, *, filename="第一课 入门.mp4", **changes):
    """The answer to the first request."""
    body = {"section": row.pk, "filename": filename, "size": len(content)}
    return client.post(BASE, {**body, **changes}, format="json")


def put(client, pk, number, content):
    """One part."""
    return client.generic("PUT", f"{BASE}{pk}/parts/{number}/", content, "application/octet-stream")


def complete(client, pk):
    """The browser's confirmation."""
    return client.post(f"{BASE}{pk}/complete/", format="json")


def bring(client, section, content=FTYP, **changes):
    """All of it; the id of the upload and the answer to the confirmation."""
    ticket = begin(client, section, content, **changes).json()["data"]
    size = ticket["part_size"]
    for number, start in enumerate(range(0, len(content), size), start=1):
        answer = put(client, ticket["id"], number, content[start : start + size])
        assert answer.status_code == 200, answer.content
    return ticket["id"], complete(client, ticket["id"])


def video_bytes(tmp_path, **options):
    """The bytes of a short real video."""
    path = draw(tmp_path / "made.mp4", **options)
    return path.read_bytes()
