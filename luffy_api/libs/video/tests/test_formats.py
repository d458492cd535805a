"""The table of accepted video types, and what a file is by its first bytes."""

import pytest

from luffy_api.libs.storage.content_types import content_type_of
from luffy_api.libs.video import formats

FTYP = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
EBML = b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x23\x42\x86\x81\x01\x42\x82\x88"
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + b"\x00" * 14
PACKET = b"\x47" + b"x" * 187


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        (FTYP, "mp4 m4v m4a mov"),
        (FTYP.replace(b"isom\x00", b"mp42\x00"), "mp4 m4v m4a mov"),
        (FTYP.replace(b"isom\x00", b"M4A \x00"), "mp4 m4v m4a mov"),
        (FTYP.replace(b"isom\x00", b"qt  \x00"), "mp4 m4v m4a mov"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "mov"),
        (b"FLV\x01\x05\x00", "flv"),
        (EBML + b"matroska", "mkv webm"),
        (EBML + b"webm", "mkv webm"),
        (b"RIFF\x00\x10\x00\x00AVI LIST", "avi"),
        (ASF, "wmv"),
        (PACKET * 3, "ts mts"),
        ((b"\x00\x01\x02\x03" + PACKET) * 3, "ts mts"),
        (b"\x00\x00\x01\xba\x44\x00", "mpg"),
    ],
)
def test_videos(head, kinds):
    assert [kind for kind in formats.FORMATS if formats.fits(kind, head)] == kinds.split()


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00" * 64,
        b"<html><script>alert(1)</script>" + FTYP,
        b"GIF89a" + FTYP,
        b"PK\x03\x04" + FTYP,
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"MZ\x90\x00" + FTYP,
        b"FLV\x02\x05",
        FTYP[:11],
        b"\xff\xff\xff\xffftypisom" + FTYP,
        b"\x00\x00\x00\x20ftyp\x00\x01\x02\x03" + FTYP[12:],
        FTYP.replace(b"isom\x00", b"heic\x00"),
        FTYP.replace(b"isom\x00", b"avif\x00"),
        FTYP[4:],
        b"\x00\x00\x00\x08wide",
        EBML,
        EBML + b"other",
        b"x" + EBML + b"webm",
        EBML + b"x" * 64 + b"webm",
        b"RIFF\x00\x10\x00\x00WAVEfmt ",
        ASF[:15],
        PACKET * 2,
        PACKET + b"x" + PACKET * 3,
        b"\x00\x00\x01\xb3",
    ],
)
def test_what_only_claims_to_be_one(head):
    assert not [kind for kind in formats.FORMATS if formats.fits(kind, head)]


@pytest.mark.parametrize(
    ("filename", "kind", "played_as"),
    [
        ("a.mp4", "mp4", "mp4"),
        ("a.m4v", "m4v", "mp4"),
        ("路飞.FLV", "flv", "flv"),
        ("a.MOV", "mov", None),
        ("a.mkv", "mkv", None),
        ("a.webm", "webm", None),
        ("hls/index.m3u8", None, "hls"),
        ("a.mp4.zip", None, None),
        ("mp4", None, None),
        ("", None, None),
    ],
)
def test_the_kind_by_the_name(filename, kind, played_as):
    assert (formats.kind_of(filename), formats.playback_type(filename)) == (kind, played_as)


def test_what_each_user_of_the_table_gets():
    names = "MP4、M4V、M4A、MOV、MKV、WEBM、FLV、AVI、WMV、TS、MTS 或 MPG"
    assert names == formats.FORMAT_NAMES
    types = formats.browser_types()
    assert list(types) == list(formats.FORMATS)
    assert types["flv"] == ["video/x-flv", "video/flv"]
    assert {"video/quicktime", "application/octet-stream", ""} < formats.UPLOAD_CONTENT_TYPES
    assert "text/html" not in formats.UPLOAD_CONTENT_TYPES


def test_stored_videos_are_served_with_the_types_of_the_table():
    for each in formats.FORMATS.values():
        assert content_type_of(f"a{each.suffix}") == each.content_type
    assert content_type_of("index.m3u8") == formats.HLS_CONTENT_TYPE
