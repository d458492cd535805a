"""The chapters of a video: marks on its bar, from the list of times that a teacher pastes.

They belong to the section, as its subtitles do, so that a video that is replaced keeps them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction

from luffy_api.apps.video import locks
from luffy_api.apps.video.exceptions import ChaptersRefused
from luffy_api.apps.video.models import VideoChapter
from luffy_api.common.transactions import retry_deadlocks

MAX_TITLE: int = VideoChapter._meta.get_field("title").max_length or 0
MAX_CHAPTERS = 100
MAX_TEXT, MAX_LINE = 20_000, 300
# As many lines are named; who pasted something else need not read of each of them.
MAX_FAULTS = 5

# Chinese keyboards write full-width digits and colons, programs add a fraction.
_DIGIT, _COLON = "[0-9０-９]", "[:：∶︰]"
# Behind a comma it has three digits, in subtitles: of `02:05，3 个列表` they are the title's.
_FRACTION = rf"(?:[.．]{_DIGIT}{{1,6}}|,{_DIGIT}{{3}}(?!{_DIGIT}))?"
_TIME = rf"(?:{_DIGIT}{{1,3}}{_COLON})?{_DIGIT}{{1,3}}{_COLON}{_DIGIT}{{2}}{_FRACTION}"
_END = rf"(?!{_DIGIT}|{_COLON})"
# The time, and perhaps until when it lasts.
_SPAN = rf"({_TIME}){_END}(?:\s*(?:-+>?|[–—~～至到])\s*{_TIME}{_END})?"
# What stands between time and title.
_SIGNS = r"\s\-–—|｜:：、>→=,，。;；"
_TIME_FIRST = re.compile(
    rf"\s*(?:[-*•·●►▶]\s*|[（(]?\d{{1,3}}\s*[.、)）]\s*)?[\[【(（「]?\s*{_SPAN}"
    rf"\s*[\]】)）」]?[{_SIGNS}]*(.*)"
)
_TIME_LAST = re.compile(rf"(.*?)[{_SIGNS}\[【(（]+{_SPAN}\s*[\]】)）]?\s*")
# `第一章 00:00 开场`, `| 00:00 | 开场 |`, `① 00:00 开场`.
_TIME_AMID = re.compile(rf"(?<!{_DIGIT})(?<!{_COLON})[\[【(（<《『`]?{_SPAN}[\]】)）>》』`]?")
# Markdown: `**02:05** 列表`, `**02:05 列表**`, `` `02:05` 列表``.
_MARKED = re.compile(rf"(\*{{1,2}}|_{{1,2}}|`)(?!\s)([^*_`]*{_TIME}[^*_`]*)(?<!\s)\1")
# The number of a row in a table, before at least two other cells: `| 1 | 开场 | 00:00 |`.
_ROW_NUMBER = re.compile(r"^\s*[|｜]?\s*\d{1,3}\s*(?=[|｜]\s*[^|｜\s][^|｜]*[|｜]\s*[^|｜\s])")
# The time of a link is that of another video: `https://…?t=02:05`.
_IN_LINK = re.compile(rf"(?:://|[?&]\w{{1,20}}=)\S*?{_TIME}")
# `5分30秒 变量`: only with its seconds, for 5分钟学会循环 is a title.
_SAID = re.compile(
    r"\s*(?:(\d{1,2})\s*[小时h]{1,2}\s*)?(\d{1,3})\s*[分m′'’]\s*(\d{1,2})\s*[秒s″\"”]"
    rf"(?=[{_SIGNS}])"
)


@dataclass(frozen=True)
class Chapter:
    """`start` in seconds from the beginning of the video."""

    start: int
    title: str


@dataclass(frozen=True)
class _Line:
    """Of the pasted text; `number` counts from 1, `written` is its time as it stands there."""

    number: int
    written: str
    chapter: Chapter


def parse(text: str, *, duration: int = 0) -> list[Chapter]:
    """The chapters of a text with one of them on each line: `1:02:03 - 部署`, `开场 00:00`.

    `duration` of the video in seconds, 0 while nobody knows it. Raises ChaptersRefused, which names
    the lines that are wrong.
    """
    if len(text) > MAX_TEXT:
        raise ChaptersRefused([f"内容过长，最多 {MAX_TEXT} 个字"])
    lines, faults = _read(text)
    faults += [fault for each in lines if (fault := _beyond(each, duration))]
    faults += [fault for pair in pairwise(lines) if (fault := _out_of_order(*pair))]
    if len(lines) > MAX_CHAPTERS:
        faults.append(f"最多 {MAX_CHAPTERS} 段")
    if faults:
        raise ChaptersRefused(faults[:MAX_FAULTS])
    return [each.chapter for each in lines]


def as_text(chapters: Iterable[Chapter]) -> str:
    """A line for each, which `parse` reads again."""
    return "\n".join(f"{clock(each.start)} {each.title}" for each in chapters)


def clock(seconds: int) -> str:
    """`00:00`, `1:02:03`."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


@retry_deadlocks
@transaction.atomic
def save(*, section_id: int, chapters: Iterable[Chapter]) -> None:
    """Stores the chapters of a section in place of those that it has."""
    locks.lock_section(section_id)
    VideoChapter.objects.filter(section_id=section_id).delete()
    VideoChapter.objects.bulk_create(
        VideoChapter(section_id=section_id, start=each.start, title=each.title) for each in chapters
    )


def of_section(section_id: int) -> list[Chapter]:
    """Those that are stored, in order. One query."""
    rows = VideoChapter.objects.filter(section_id=section_id).order_by("start")
    return [Chapter(start, title) for start, title in rows.values_list("start", "title")]


def _read(text: str) -> tuple[list[_Line], list[str]]:
    """The lines that are right, and what is wrong with the others."""
    lines, faults = list[_Line](), list[str]()
    for number, written in enumerate(text.splitlines(), start=1):
        if not written.strip():
            continue
        try:
            lines.append(_line(number, written))
        except ChaptersRefused as refused:
            faults += refused.faults
    return lines, faults


def _line(number: int, text: str) -> _Line:
    if len(text) > MAX_LINE:
        raise ChaptersRefused([f"第 {number} 行过长，最多 {MAX_LINE} 个字"])
    found = _time_and_title("".join(c if c.isprintable() else " " for c in text))
    if found is None:
        raise ChaptersRefused([f"第 {number} 行没有时间，应写成“00:00 标题”"])
    written, title = found
    start = _seconds(written)
    if start is None:
        raise ChaptersRefused([f"第 {number} 行的时间“{written}”不正确，分和秒都应小于 60"])
    title = " ".join(title.split())
    if not title:
        raise ChaptersRefused([f"第 {number} 行只有时间，没有标题"])
    if len(title) > MAX_TITLE:
        raise ChaptersRefused([f"第 {number} 行的标题过长，最多 {MAX_TITLE} 个字"])
    return _Line(number, written, Chapter(start, title))


def _time_and_title(line: str) -> tuple[str, str] | None:
    """The time of a line as it is written there, and the rest; None where there is none, or where
    it may be one of several.
    """
    if said := _SAID.match(line):
        hours, minutes, seconds = said.groups()
        # 90 minutes are right where no hours are said.
        clock_time = f"{hours}:{minutes:0>2}" if hours else minutes
        line = f"{clock_time}:{seconds:0>2} {line[said.end() :]}"
    line = _ROW_NUMBER.sub("", _MARKED.sub(r"\2", line))
    if first := _TIME_FIRST.fullmatch(line):
        return first[1], first[2]
    if _IN_LINK.search(line):
        return None
    if last := _TIME_LAST.fullmatch(line):
        return last[2], last[1].lstrip("|｜ ")
    amid = [*_TIME_AMID.finditer(line)]
    if len(amid) != 1:
        return None
    parts = (line[: amid[0].start()], line[amid[0].end() :])
    return amid[0][1], " ".join(re.sub(rf"^[{_SIGNS}]+|[{_SIGNS}]+$", "", each) for each in parts)


def _seconds(written: str) -> int | None:
    """None for a time that no clock shows; a minute alone may be above 59 (`90:00`)."""
    whole = re.split(r"[.,．]", written)[0]
    *hours, minutes, seconds = (int(part) for part in re.split(_COLON, whole))
    if seconds > 59 or (hours and minutes > 59):
        return None
    return sum(hours) * 3600 + minutes * 60 + seconds


def _beyond(line: _Line, duration: int) -> str | None:
    if not duration or line.chapter.start < duration:
        return None
    return f"第 {line.number} 行的时间“{line.written}”超出了视频的长度（{clock(duration)}）"


def _out_of_order(before: _Line, line: _Line) -> str | None:
    if line.chapter.start > before.chapter.start:
        return None
    same = line.chapter.start == before.chapter.start
    what = "与前一段相同" if same else "早于前一段，请按时间先后排列"
    return f"第 {line.number} 行的时间“{line.written}”{what}"
