"""Subtitles of any kind that teachers have (SubRip, WebVTT, ASS) as WebVTT."""

import codecs
import re
from html import escape, unescape

import pysubs2
from pysubs2.formats import autodetect_format

MAX_BYTES = 2 * 1024 * 1024
MAX_CUES = 20_000
SUFFIXES = (".srt", ".vtt", ".ass", ".ssa")
# In this order: what is no UTF-8 is hardly ever text in it. GB18030 holds GBK and GB2312.
ENCODINGS = ("utf-8", "gb18030")
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Lines from below, so that the bar of a player hides none.
PLACE = "line:-3"
# Of times; in words it is escaped.
_ARROW = " --> "
# Where an MPEG-TS of ffmpeg begins, by its clock of 90 kHz: players of HLS ask, others skip it.
HEADER = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n"
# What of a line are tags, by the kind of file: in WebVTT whatever stands in angles, in SubRip what
# players know, for `vector<int>` is what a lecture is about.
_TAGS = {
    "vtt": re.compile(r"<[^<>]*>"),
    "srt": re.compile(r"<(?:\s*/)?\s*(?:[bisu]\s*|font(?:\s[^<>]*)?|c(?:\.[\w.-]+)?)>", re.I),
}
# Of ASS in SubRip, such as {\an8}; other braces are text.
_OVERRIDE = re.compile(r"\{\\\d?(?:[a-z]+[\d(&]|fn)[^{}]*\}")
_BLANK = re.compile(r"\n\s*\n")
_NO_CUES = re.compile(r"\s*(?:WEBVTT|NOTE|STYLE|REGION)\b")


class NotSubtitles(Exception):
    """Neither SubRip nor WebVTT nor ASS, or without a single line to show."""


def to_webvtt(content: bytes) -> str:
    """WebVTT of a file of subtitles in UTF-8, UTF-16 or GB18030, with any ends of lines.

    Only times and words are kept: places, colours and effects are for other players.

    Raises NotSubtitles.
    """
    if len(content) > MAX_BYTES:
        raise NotSubtitles("too large")
    text = "\n".join(_decoded(content).splitlines()) + "\n"
    try:
        kind = autodetect_format(text)
        events = _events(text, kind=kind)
    except Exception as error:
        # pysubs2 has an exception for each kind of format, and raises others for hostile numbers.
        raise NotSubtitles(str(error)) from error
    shown = (each for each in events if kind in _TAGS or not (each.is_comment or each.is_drawing))
    cues = [
        (each.start, each.end, words)
        for each in sorted(shown, key=lambda event: (event.start, event.end))
        if 0 <= each.start < each.end and (words := _words(_plain(each, kind=kind)))
    ]
    if not 0 < len(cues) <= MAX_CUES:
        raise NotSubtitles(f"{len(cues)} lines")
    return "\n".join([HEADER, *(_cue(*each) for each in cues)])


def count(webvtt: str) -> int:
    """How many cues what `to_webvtt` made has."""
    return webvtt.count(_ARROW)


def words_of(webvtt: str, *, limit: int) -> list[str]:
    """The words of each cue of what `to_webvtt` made, in order, as long as they have not more than
    `limit` characters together.
    """
    found: list[str] = []
    for block in webvtt.split("\n\n")[1:]:
        _, _, words = block.partition("\n")
        line = unescape(" ".join(words.split()))
        limit -= len(line)
        if limit < 0:
            break
        found.append(line)
    return found


def _decoded(content: bytes) -> str:
    """Raises NotSubtitles."""
    known = next((name for bom, name in BOMS.items() if content.startswith(bom)), None)
    for encoding in [known] if known else [*_without_bom(content), *ENCODINGS]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotSubtitles("no text")


def _without_bom(content: bytes) -> list[str]:
    """UTF-16 where every other byte of the beginning, digits and arrows, is 0."""
    even, odd = content[0:40:2].count(0), content[1:40:2].count(0)
    if max(even, odd) < 8:
        return []
    return ["utf-16-be" if even > odd else "utf-16-le"]


def _events(text: str, *, kind: str) -> pysubs2.SSAFile:
    """pysubs2 takes a last line that is a number for that of the next cue: so there is one.

    Of blank lines there is never more than one, or it takes long.
    """
    if kind not in _TAGS:
        return pysubs2.SSAFile.from_string(text, format_=kind)
    text = "\n\n0\n".join(["WEBVTT", *_blocks(text)]) if kind == "vtt" else _BLANK.sub("\n\n", text)
    return pysubs2.SSAFile.from_string(f"{text}\n\n0\n", format_=kind, keep_html_tags=True)


def _blocks(text: str) -> list[str]:
    """The cues of WebVTT without names, comments and styles, which pysubs2 takes for words."""
    cues: list[str] = []
    for block in _BLANK.split(text):
        before, arrow, after = block.partition("-->")
        if arrow:
            start = before.rpartition("\n")[2]
            cues.append(f"{start}-->{after}")
        elif cues and not _NO_CUES.match(block):
            cues[-1] += f"\n{block}"
    return cues


def _plain(event: pysubs2.SSAEvent, *, kind: str) -> str:
    """The words of a cue without tags."""
    if kind not in _TAGS:
        return event.plaintext
    text = _OVERRIDE.sub("", _TAGS[kind].sub("", event.text))
    return text.replace(r"\N", "\n").replace(r"\h", " ")


def _words(text: str) -> str:
    """A blank line would end the cue."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(escape(unescape(line), quote=False) for line in lines if line)


def _cue(start: int, end: int, words: str) -> str:
    return f"{_clock(start)}{_ARROW}{_clock(end)} {PLACE}\n{words}\n"


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}.{thousandths:03}"
