"""Files of subtitles, as programs and people write them."""

import pytest

from luffy_api.libs import subtitles
from luffy_api.libs.subtitles import NotSubtitles, to_webvtt

SRT = (
    "1\n00:00:00,500 --> 00:00:01,000\n你好，世界\n\n"
    "2\n00:00:02,000 --> 00:00:03,250\n变量\n第二行\n"
)
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name\nStyle: Default\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,注释\n"
    "Dialogue: 0,0:00:02.00,0:00:03.25,Default,,0,0,0,,变量\\N第二行\n"
    "Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,{\\i1\\pos(3,4)}你好，世界\n"
    "Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}\n"
)
VTT = (
    "WEBVTT\n\nNOTE x\n\n00:00.500 --> 00:01.000 align:start\n你好，世界\n\n"
    "00:00:02.000 --> 00:00:03.250\n变量\n第二行\n"
)
CUES = (
    "\n00:00:00.500 --> 00:00:01.000 line:-3\n你好，世界\n"
    "\n00:00:02.000 --> 00:00:03.250 line:-3\n变量\n第二行\n"
)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
@pytest.mark.parametrize("text", [SRT, ASS, VTT], ids=["srt", "ass", "vtt"])
def test_every_kind_in_every_encoding(text, encoding, ends):
    content = text.replace("\n", ends).encode(encoding)
    assert to_webvtt(content) == subtitles.HEADER + CUES


def test_big_endian_with_a_mark():
    assert to_webvtt(b"\xfe\xff" + SRT.encode("utf-16-be")) == subtitles.HEADER + CUES


def test_nothing_in_them_runs_or_ends_a_cue():
    text = "1\n00:00:00,000 --> 00:00:01,000\n<c.x>a</c> <script>alert(1)</script> & --> b\n"
    made = to_webvtt(text.encode())
    assert "<" not in made.split("\n", 3)[3].replace("-->", "")
    assert "&amp; --&gt; b" in made
    again = to_webvtt(made.encode())
    assert again == made


def test_times_that_cannot_be_shown_are_left_out():
    text = SRT + "\n3\n00:00:05,000 --> 00:00:04,000\n倒着\n\n4\n00:00:06,000 --> 00:00:07,000\n\n"
    assert to_webvtt(text.encode()) == subtitles.HEADER + CUES


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nothing",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"PK\x03\x04" + bytes(range(256)),
        b"\xff\xfe\x00",
        b"WEBVTT\n",
        "1\n99999999999999999999:00:00,000 --> x\n你好\n".encode(),
        b"[Script Info]\n[Events]\nDialogue: x\n",
        b'{"events": []}',
    ],
)
def test_what_is_none_is_refused(content):
    with pytest.raises(NotSubtitles):
        to_webvtt(content)


def test_more_than_any_lecture_has_is_refused(monkeypatch):
    with pytest.raises(NotSubtitles):
        to_webvtt(SRT.encode() + b" " * subtitles.MAX_BYTES)
    monkeypatch.setattr(subtitles, "MAX_CUES", 1)
    with pytest.raises(NotSubtitles):
        to_webvtt(SRT.encode())
