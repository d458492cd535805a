"""What a file is by its first bytes."""

import pytest

from luffy_api.libs.video import sniff

FTYP = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


@pytest.mark.parametrize(
    ("head", "kind"),
    [(FTYP, "mp4"), (FTYP.replace(b"isom\x00", b"mp42\x00"), "mp4"), (b"FLV\x01\x05\x00", "flv")],
)
def test_films(head, kind):
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
