"""Files of subtitles, as programs and people write them."""

from html import unescape
from time import monotonic

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


def _cues(text):
    """What is shown of a file, cue by cue."""
    blocks = to_webvtt(text.encode()).removeprefix(subtitles.HEADER).strip().split("\n\n")
    return [unescape(block.partition("\n")[2]) for block in blocks]


def test_of_webvtt_only_words_are_shown():
    text = (
        "WEBVTT - 第一课\nKind: captions\nLanguage: zh\n\n"
        "STYLE\n::cue(c) { color: white }\n\n"
        "00:00:01.000 --> 00:00:02.000 align:start\n<v 老师>你好<00:00:01.500><c.x> 世界</c>\n\n"
        "NOTE\n审校\n\n"
        "intro\n00:00:03.000 --> 00:00:04.000\n答案是\n42\n\n"
        "1\n00:00:05.000 --> 00:00:06.000\nvector&lt;int&gt; {x} \\n\n\n"
        "NOTE 完\n"
    )
    assert _cues(text) == ["你好 世界", "答案是\n42", "vector<int> {x} \\n"]


def test_words_after_a_blank_line_belong_to_their_cue():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n\n你好\n \n世界\n\n00:03.000 --> 00:04.000\n再见\n"
    assert _cues(text) == ["你好\n世界", "再见"]


@pytest.mark.parametrize(
    "line",
    [
        "if (a < b && c > d)",
        "vector<int> 与 <template>",
        "{{ name }} 与 {x}",
        r'print("a\n")',
        r"\frac{\alpha}{2}",
        "<b-button>",
        "x -> y --> z",
        "第\n3",
        "42",
    ],
)
def test_code_in_subrip_stays(line):
    assert _cues(f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        r"{\an8}字",
        r"{\pos(3,4)}字",
        r"{\1c&H0000FF&}字",
        r"{\fnSimHei}字",
        "<i>字</i>",
        "< B >字</ B >",
        '<font color="#fff">字</font>',
        "<c.yellow>字</c>",
    ],
)
def test_tags_of_subrip_are_not_shown(line):
    assert _cues(f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n") == ["字"]


@pytest.mark.parametrize("sign", ["\n", " ", "<", "<c", "<font ", "{\\", "{\\a", "0\n", "-->"])
@pytest.mark.parametrize("text", [SRT, VTT], ids=["srt", "vtt"])
def test_no_file_takes_long(text, sign):
    started = monotonic()
    to_webvtt(f"{text}{sign * (200_000 // len(sign))}x\n".encode())
    assert monotonic() - started < 5


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
