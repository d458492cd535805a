"""Names of people made safe; playlists signed line by line, and no line leads elsewhere."""

import pytest

from luffy_api.libs.storage import PlaylistRejected, safe_filename
from luffy_api.libs.storage.names import check_name
from luffy_api.libs.storage.playlists import rewrite

NAME = "hls/one/index.m3u8"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("video.mp4", "video.mp4"),
        ("../../etc/路飞 学城.MP4", "路飞_学城.mp4"),
        ("C:\\videos\\第一课.mp4", "第一课.mp4"),
        ("a\0b\n.mp4", None),
        ("e\u0301te\u0301.mp4", "été.mp4"),
        ("x.mp4/", None),
        ("video.mp4.", "video.mp4"),
        ("a.tar.gz", "a.tar.gz"),
        ("name.with spaces & <b>.pdf", "name.with_spaces__b.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_a_name_of_people_made_safe(given, safe):
    found = safe_filename(given)
    check_name(found)
    assert safe is None or found == safe


@pytest.mark.parametrize(
    "given", ["", ".", "..", "/", "....", "///", "\0", "   ", ".mp4", "\ud800"]
)
def test_what_leaves_nothing_gets_a_name(given):
    assert len(safe_filename(given)) >= 4
    check_name(safe_filename(given))


@pytest.mark.parametrize("letter", ["a", "路", "𝕏", "é"])
def test_three_hundred_letters_are_cut_to_what_a_disk_takes(letter):
    name = safe_filename(letter * 300 + ".mp4")
    assert name.endswith(".mp4")
    assert len(name.encode()) <= 130
    check_name(name)


def signed(*lines, name=NAME, root=""):
    text = "\n".join(["#EXTM3U", *lines])
    return rewrite(text.encode(), name=name, sign=lambda part: f"<{part}>", root=root).split("\n")[
        1:-1
    ]


def test_every_uri_is_signed():
    assert signed(
        '#EXT-X-KEY:METHOD=AES-128,URI="video.key",IV=0x1',
        '#EXT-X-MAP:URI="init.mp4"',
        '#EXT-X-MEDIA:TYPE=AUDIO,NAME="a,URI=b",URI="audio/index.m3u8"',
        "#EXTINF:4,a title",
        "0.ts",
        "",
        "720p/%E8%AF%BE 1.ts",
    ) == [
        '#EXT-X-KEY:METHOD=AES-128,URI="<hls/one/video.key>",IV=0x1',
        '#EXT-X-MAP:URI="<hls/one/init.mp4>"',
        '#EXT-X-MEDIA:TYPE=AUDIO,NAME="a,URI=b",URI="<hls/one/audio/index.m3u8>"',
        "#EXTINF:4,a title",
        "<hls/one/0.ts>",
        "",
        "<hls/one/720p/课 1.ts>",
    ]


def test_paths_from_the_top_of_the_bucket_as_qiniu_writes_them():
    assert signed("/private/hls/one/0.ts", root="private/") == ["<hls/one/0.ts>"]
    with pytest.raises(PlaylistRejected):
        signed("/private/hls/two/0.ts", root="private/")


@pytest.mark.parametrize(
    "reference",
    [
        "https://evil.example/0.ts",
        "//evil.example/0.ts",
        "data:video/mp2t;base64,AA",
        "../two/0.ts",
        "..%2ftwo/0.ts",
        "%2e%2e/two/0.ts",
        "/etc/passwd.ts",
        "0.ts?token=1",
        "0.ts#x",
        "a\\b.ts",
        "0.exe",
        "paid.m3u8",
        "index.m3u8",
        ".uploads/0.ts",
        "http://[bad/0.ts",
        "%00.ts",
        "a//0.ts",
    ],
)
def test_no_line_leads_elsewhere(reference):
    for line in (reference, f'#EXT-X-KEY:METHOD=AES-128,URI="{reference}"'):
        with pytest.raises(PlaylistRejected):
            signed(line)


@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2", b"<html>", b"\xff\xfe#EXTM3U", b"#EXTM3" + b"U" * 9, b"\n#EXTM3U"]
)
def test_what_is_no_playlist(content):
    with pytest.raises(PlaylistRejected):
        rewrite(content, name=NAME, sign=str)


def test_an_endless_playlist_is_refused():
    with pytest.raises(PlaylistRejected):
        rewrite(b"#EXTM3U\n" + b"0.ts\n" * 1_000_000, name=NAME, sign=str)
