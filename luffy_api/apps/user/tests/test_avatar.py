"""PUT user/avatar/: what is stored is drawn anew; what is no still picture is refused."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from luffy_api.apps.user import avatars

# Pictures are checked and drawn, whatever the database.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/user/avatar/"
PAYLOAD = b"<?php system($_GET[0]); ?><script>alert(1)</script>"
GPS = 0x8825
ORIENTATION = 0x0112


def picture(kind="PNG", size=(300, 200), mode="RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, options.pop("color", "red")).save(file, kind, **options)
    return file.getvalue()


def bomb(width, height) -> bytes:
    """A PNG of few bytes that claims to be enormous."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


def animated(kind) -> bytes:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def put(client, data, name="me.png", content_type="image/png", field="icon"):
    form = {field: SimpleUploadedFile(name, data, content_type)}
    return client.put(URL, encode_multipart(BOUNDARY, form), content_type=MULTIPART_CONTENT)


def stored(folders) -> list[str]:
    return sorted(path.name for path in (folders / "default").rglob("*.webp"))


def opened(folders, name) -> Image.Image:
    return Image.open(io.BytesIO((folders / "default" / "user" / "icons" / name).read_bytes()))


def test_an_avatar_is_stored_in_two_sizes_under_a_random_name(student, student_api, folders):
    answer = put(student_api, picture(), name="../../etc/passwd.php")
    assert answer.status_code == 200, answer.json()
    small, large = sorted(stored(folders), key=len, reverse=True)
    assert (opened(folders, large).size, opened(folders, small).size) == ((256, 256), (64, 64))
    assert {opened(folders, name).format for name in (small, large)} == {"WEBP"}
    data = answer.json()["data"]
    assert data["icon"] == f"/media/user/icons/{large}"
    assert data["icon_small"] == f"/media/user/icons/{small}"
    assert student_api.get("/api/v1/user/profile/").json()["data"] == data
    file = student_api.get(data["icon_small"])
    file.close()
    assert file["Content-Type"] == "image/webp"
    assert "passwd" not in large


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "CMYK"),
     ("JPEG", "L"), ("JPEG", "RGB"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_kind_of_still_picture_is_taken(student_api, folders, kind, mode):
    assert put(student_api, picture(kind, mode=mode, color=0)).status_code == 200


@pytest.mark.parametrize("grey", [0, 64, 128, 200, 255])
def test_grey_of_sixteen_bits_keeps_its_brightness(student_api, folders, grey):
    sixteen = picture(mode="I;16", color=grey * 257)

    assert put(student_api, sixteen).status_code == 200

    for name in stored(folders):
        pixel = opened(folders, name).convert("L").getpixel((30, 30))
        assert abs(pixel - grey) <= 2


@pytest.mark.parametrize("size", [(1, 1), (1, 9000), (5000, 5000)])
def test_every_sensible_size_is_taken(student_api, folders, size):
    assert put(student_api, picture("JPEG", size=size)).status_code == 200


def test_the_place_where_a_photo_was_taken_is_not_published(student_api, folders):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (31.0, 12.0, 0.0)
    exif[0x010F] = "CAMERA-OF-MING"
    photo = picture("JPEG", exif=exif, comment=PAYLOAD, icc_profile=b"PROFILE" * 40)
    assert b"CAMERA-OF-MING" in photo
    assert put(student_api, photo + b"PK\3\4" + PAYLOAD).status_code == 200
    for name in stored(folders):
        image = opened(folders, name)
        assert (dict(image.getexif()), "icc_profile" in image.info) == ({}, False)
        data = (folders / "default" / "user" / "icons" / name).read_bytes()
        assert not any(word in data for word in (b"CAMERA", b"PROFILE", b"php", b"script", b"PK"))


def test_a_photo_taken_upright_stays_upright(student_api, folders):
    sideways = Image.new("RGB", (200, 200), "red")
    sideways.paste("blue", (0, 0, 100, 200))  # the left half
    exif, file = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = 6  # to be turned clockwise: the left half comes to the top
    sideways.save(file, "JPEG", exif=exif)
    put(student_api, file.getvalue())
    image = opened(folders, max(stored(folders), key=lambda name: -len(name))).convert("RGB")
    top, bottom = image.getpixel((128, 20)), image.getpixel((128, 235))
    assert (top[2] > 200, bottom[0] > 200) == (True, True)


BAD = {
    "nothing": b"",
    "text": b"not a picture",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html before a picture": PAYLOAD + picture(),
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "ico": picture("ICO", size=(32, 32)),
    "pdf": b"%PDF-1.7\n" + picture("JPEG"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(ls) run",
    "truncated png": picture(size=(900, 900), mode="L", color=7)[:-60],
    "truncated jpeg": picture("JPEG", size=(900, 900))[:700],
    "truncated webp": picture("WEBP", size=(900, 900))[:-40],
    "header only": b"\x89PNG\r\n\x1a\n",
    "animated webp": animated("WEBP"),
    "animated png": animated("PNG"),
    "many pixels": bomb(5001, 5000),
    "bomb": bomb(60_000, 60_000),
    "no pixels": bomb(0, 0),
    "lying size": bomb(3000, 3000),
    "webp bomb": picture("WEBP")[:12] + b"VP8X" + struct.pack("<IB3x", 10, 0) + b"\xff" * 6,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_anything_but_a_still_picture_is_refused(student, student_api, folders, data):
    answer = put(student_api, data)
    assert (answer.status_code, answer.json()["code"]) == (400, 1000)
    assert list(answer.json()["errors"]) == ["icon"]
    assert stored(folders) == []
    student.refresh_from_db()
    assert not student.icon


def test_more_than_five_megabytes_are_refused(student_api, folders):
    answer = put(student_api, picture("JPEG") + b"\0" * (avatars.MAX_BYTES - 100))
    assert (answer.status_code, "5 MB" in answer.json()["msg"]) == (400, True)
    assert put(student_api, picture() + b"\0" * 5_300_000).status_code == 413


def test_a_body_that_is_too_large_is_refused_before_it_is_read(student_api):
    class Unread(io.BytesIO):
        def read(self, *_):
            raise AssertionError("read")

    extra = {"CONTENT_LENGTH": "900000000", "wsgi.input": Unread()}
    answer = student_api.generic("PUT", URL, b"", MULTIPART_CONTENT, **extra)
    assert (answer.status_code, answer.json()["code"]) == (413, 1013)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"icon=x", "application/x-www-form-urlencoded", 415),
        (b"x", "multipart/form-data", 400),
        (b"rubbish", MULTIPART_CONTENT, 400),
        (encode_multipart(BOUNDARY, {"icon": "text"}), MULTIPART_CONTENT, 400),
        (encode_multipart(BOUNDARY, {"icon": "x" * 2_000_000}), MULTIPART_CONTENT, 413),
        (encode_multipart(BOUNDARY, dict.fromkeys(range(26_000), "")), MULTIPART_CONTENT, 413),
    ],
)
def test_other_bodies_are_refused(student_api, body, content_type, status):
    assert student_api.generic("PUT", URL, body, content_type).status_code == status


def test_no_other_endpoint_takes_a_form(student_api):
    body = encode_multipart(BOUNDARY, {"nickname": "x"})
    answer = student_api.patch("/api/v1/user/profile/", body, content_type=MULTIPART_CONTENT)
    assert answer.status_code == 415


def test_the_older_files_go_once_the_new_ones_are_recorded(
    student_api, folders, django_capture_on_commit_callbacks
):
    put(student_api, picture())
    before = stored(folders)
    with django_capture_on_commit_callbacks() as callbacks:
        put(student_api, picture(color="blue"))
    assert set(before) < set(stored(folders))
    for callback in callbacks:
        callback()
    assert len(stored(folders)) == 2
    assert not set(before) & set(stored(folders))


def test_a_failure_leaves_the_older_avatar_and_no_stray_file(
    student, student_api, folders, monkeypatch
):
    put(student_api, picture())
    before = stored(folders)

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(avatars, "_point_to", fail)
    assert put(student_api, picture(color="blue")).status_code == 500
    assert stored(folders) == before


def test_an_answer_that_the_database_owes_leaves_the_new_files(
    student, student_api, folders, monkeypatch
):
    """The COMMIT may have been carried out, and then they are the avatar."""
    point_to = avatars._point_to

    def lose_the_answer(*what):
        point_to(*what)
        raise OperationalError(2013, "Lost connection")

    monkeypatch.setattr(avatars, "_point_to", lose_the_answer)

    assert put(student_api, picture()).status_code == 503

    student.refresh_from_db()
    assert (folders / "default" / student.icon.name).exists()


def test_a_visitor_uploads_nothing(api, folders):
    assert put(api, picture()).status_code == 401
    assert stored(folders) == []


def test_uploading_without_end_is_slowed_down(student_api, folders):
    statuses = [put(student_api, b"x").status_code for _ in range(21)]
    assert (set(statuses[:20]), statuses[20]) == ({400}, 429)
