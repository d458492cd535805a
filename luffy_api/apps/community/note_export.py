"""A student's notes of a course as a Markdown file."""

from dataclasses import dataclass

from luffy_api.apps.community.exceptions import NoteNotFound
from luffy_api.apps.community.models import Note

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
    lines, chapter, section = [f"# {_line(name)}"], 0, 0
    for row in found:
        if row.section.chapter_id != chapter:
            chapter = row.section.chapter_id
            lines += ["", f"## {_line(str(row.section.chapter))}"]
        if row.section_id != section:
            section = row.section_id
            lines += ["", f"### {_line(row.section.name)}", ""]
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
    first, *others = row.text.splitlines() or [""]
    return "\n".join([f"- {mark}{first}", *(f"  {line}".rstrip() for line in others)])


def _line(text: str) -> str:
    return " ".join(text.split())
