"""The table of accepted video types, and what a file is by its first bytes."""

import pytest

from luffy_api.libs.storage.content_types import content_type_of
from luffy_api.libs.video import formats, sniff

FTYP = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (FTYP, "mp4"),
        (FTYP.replace(b"isom\x00", b"mp42\x00"), "mp4"),
        (FTYP.replace(b"isom\x00", b"M4A \x00"), "mp4"),
        (b"FLV\x01\x05\x00", "flv"),
    ],
)
def test_videos(head, kind):
    assert sniff(head) == kind


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
    ],
)
def test_what_only_claims_to_be_one(head):
    assert sniff(head) is None


@pytest.mark.parametrize(
    ("filename", "kind", "played_as"),
    [
        ("a.mp4", "mp4", "mp4"),
        ("路飞.FLV", "flv", "flv"),
        ("hls/index.m3u8", None, "hls"),
        ("a.mp4.zip", None, None),
        ("mp4", None, None),
        ("", None, None),
    ],
)
def test_the_kind_by_the_name(filename, kind, played_as):
    assert (formats.kind_of(filename), formats.playback_type(filename)) == (kind, played_as)


def test_what_each_user_of_the_table_gets():
    reported = {"video/mp4", "video/x-flv", "video/flv", "application/octet-stream", ""}
    assert set(formats.UPLOAD_CONTENT_TYPES) == reported
    assert formats.FORMAT_NAMES == "MP4 或 FLV"
    assert formats.browser_types() == {
        "mp4": ["video/mp4"],
        "flv": ["video/x-flv", "video/flv"],
    }


def test_stored_videos_are_served_with_the_types_of_the_table():
    for each in formats.FORMATS.values():
        assert content_type_of(f"a{each.suffix}") == each.content_type
    assert content_type_of("index.m3u8") == formats.HLS_CONTENT_TYPE
