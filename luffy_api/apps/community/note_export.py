"""A student's notes of a course as a Markdown file.

Notes are plain text, and most are about programs: rendered, the file says what was written, letter
by letter. Lines that are indented come as a block of code.
"""

import re
from dataclasses import dataclass

from luffy_api.apps.community.exceptions import NoteNotFound
from luffy_api.apps.community.models import Note

# What means something wherever it stands, and at the beginning of a line.
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|]")
_AT_BEGIN = re.compile(r"^(\d*)([-+#=.)])")
_FENCE = re.compile(r"`{3,}")

_IN_ORDER = (
    *("section__chapter__chapter", "section__chapter_id", "section__orders", "section_id"),
    *("position", "id"),
)


@dataclass(frozen=True)
class NoteFile:
    """The name of the course, for the file, and its text."""

    name: str
    text: str


def export(*, user_id: int, course_id: int) -> NoteFile:
    """Course, chapters and sections as headings, below each its notes with their time. One query.

    Raises NoteNotFound where the student has none.
    """
    rows = Note.objects.filter(user=user_id, course__id=course_id).order_by(*_IN_ORDER)
    found = list(rows.select_related("course", "section__chapter"))
    if not found:
        raise NoteNotFound
    name = found[0].course.name
    lines, chapter, section = [f"# {_heading(name)}"], 0, 0
    for row in found:
        if row.section.chapter_id != chapter:
            chapter = row.section.chapter_id
            lines += ["", f"## {_heading(str(row.section.chapter))}"]
        if row.section_id != section:
            section = row.section_id
            lines += ["", f"### {_heading(row.section.name)}", ""]
        lines.append(_item(row))
    return NoteFile(name, "\n".join(lines) + "\n")


def clock(second: int) -> str:
    """`1:05`, `1:02:03`."""
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _item(row: Note) -> str:
    """An item of a list, whose further lines belong to it."""
    mark = "" if row.position is None else f"**{clock(row.position)}** "
    first, *others = _text(row.text, mark)
    return "\n".join([f"- {first}", *(f"  {line}".rstrip() for line in others)])


def _text(text: str, mark: str) -> list[str]:
    lines = [line.expandtabs(4).rstrip() for line in text.splitlines()] or [""]
    if any(line.startswith(" ") for line in lines):
        fence = "`" * max(3, *(1 + len(run) for run in ["", *_FENCE.findall(text)]))
        return [*([mark.rstrip(), ""] if mark else []), fence, *lines, fence]
    followed = zip(lines, [*lines[1:], ""], strict=True)
    # A backslash at its end breaks a line; a blank line begins a paragraph anyway.
    shown = [_escaped(line) + ("\\" if line and next_line else "") for line, next_line in followed]
    return [mark + shown[0], *shown[1:]]


def _escaped(line: str) -> str:
    """A line of plain text as Markdown says it."""
    return _AT_BEGIN.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", line))


def _heading(text: str) -> str:
    """As one line; a number sign at its end would be taken for its own."""
    return re.sub(r"(#+)$", r"\\\1", _escaped(" ".join(text.split())))
