"""A student's own notes; nobody else reads them."""

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.community import posting, sections
from luffy_api.apps.community.bounded_list import BoundedList, with_related
from luffy_api.apps.community.exceptions import NoteNotFound, TooManyNotes
from luffy_api.apps.community.models import Note
from luffy_api.apps.course.locks import lock_writer
from luffy_api.common.transactions import retry_deadlocks

# Of one student in one course; an export reads them all.
MAX_NOTES = 1000
RELATED = ("course", "section")


@retry_deadlocks
@transaction.atomic
def write(*, user_id: int, section_id: int, text: str, position: int | None) -> Note:
    """Write a note under a section that the student learns; the same sent twice is one note.

    Raises SectionNotFound, NotEnrolled, NoTimeMark, TooManyNotes.
    """
    lock_writer(user_id)
    section = sections.learnable(section_id=section_id, user_id=user_id)
    position = sections.time_mark(section, position)
    course_id = section.chapter.course_id
    own = Note.objects.filter(user=user_id, course=course_id)
    recent = own.filter(created_time__gt=timezone.now() - posting.REPEAT).order_by("-id")
    for row in recent[:20]:
        if (row.section_id, row.text, row.position) == (section_id, text, position):
            return row
    if own.count() >= MAX_NOTES:
        raise TooManyNotes(MAX_NOTES)
    return Note.objects.create(
        user_id=user_id, course_id=course_id, section_id=section_id, text=text, position=position
    )


@retry_deadlocks
@transaction.atomic
def change(*, user_id: int, note_id: int, text: str, position: int | None) -> Note:
    """Change a note. Raises NoteNotFound, NoTimeMark."""
    own = Note.objects.filter(pk=note_id, user=user_id)
    row = with_related(own, RELATED).first()
    if row is None:
        raise NoteNotFound
    position = sections.time_mark(row.section, position)
    row.text, row.position, row.updated_time = text, position, timezone.now()
    # It may be deleted at this moment.
    if not own.update(text=text, position=position, updated_time=row.updated_time):
        raise NoteNotFound
    return row


@retry_deadlocks
@transaction.atomic
def remove(*, user_id: int, note_id: int) -> None:
    """Delete a note. Raises NoteNotFound."""
    deleted, _ = Note.objects.filter(pk=note_id, user=user_id).delete()
    if not deleted:
        raise NoteNotFound


def own_notes(
    *, user_id: int, course_id: int | None = None, section_id: int | None = None
) -> BoundedList[Note]:
    """The student's notes: of a section in the order of its video, else the newest first."""
    rows = Note.objects.filter(user=user_id)
    if section_id is not None:
        return BoundedList(rows.filter(section=section_id).order_by("position", "id"), RELATED)
    if course_id is not None:
        rows = rows.filter(course=course_id)
    return BoundedList(rows.order_by("-id"), RELATED)


def erase(user_id: int) -> None:
    """Delete a student's notes, in the transaction that closes the account."""
    Note.objects.filter(user=user_id).delete()
