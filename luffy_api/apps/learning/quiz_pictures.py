"""Pictures that attempts show: they stay when the questions are replaced that named them.

An attempt keeps its questions as texts. To look for pictures in all attempts, of which there may be
millions of 10 kB, would take hours each night; so what they name is noted, and only new ones are
read.
"""

from datetime import datetime, timedelta

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from luffy_api.apps.learning.models import QuizAttempt, QuizPicture, QuizPictureCheckpoint
from luffy_api.apps.texts.pictures import FOLDER, NAME

# Attempts of one query, and of those with pictures how many are held at once.
CHUNK, ROWS_AT_ONCE = 1000, 50
# A transaction that has begun before another one may end so much later.
MAX_TRANSACTION = timedelta(hours=1)


def kept() -> set[str]:
    """The names in all attempts. Looks at the attempts that are new since the last call."""
    _note_new()
    return set(QuizPicture.objects.values_list("name", flat=True))


def _note_new() -> None:
    settled = timezone.now() - MAX_TRANSACTION
    checkpoint = QuizPictureCheckpoint.objects.filter(pk=1).first()
    position = checkpoint.attempt_id if checkpoint else 0
    while rows := _next(position):
        last = rows[-1][0]
        _note(after=position, last=last)
        position = last
        if done := [pk for pk, created in rows if created < settled]:
            QuizPictureCheckpoint.objects.bulk_create(
                [QuizPictureCheckpoint(pk=1)], ignore_conflicts=True
            )
            behind = QuizPictureCheckpoint.objects.filter(pk=1, attempt_id__lt=done[-1])
            behind.update(attempt_id=done[-1])


def _next(position: int) -> list[tuple[int, datetime]]:
    rows = QuizAttempt.objects.filter(pk__gt=position).order_by("pk")
    return list(rows.values_list("pk", "created_time")[:CHUNK])


def _note(*, after: int, last: int) -> None:
    rows = QuizAttempt.objects.filter(pk__gt=after, pk__lte=last).order_by()
    with_texts = rows.annotate(texts=Cast("asked", TextField()))
    pks = list(with_texts.filter(texts__contains=FOLDER).values_list("pk", flat=True))
    # Not by an iterator: the driver of MySQL reads a whole result into memory.
    for start in range(0, len(pks), ROWS_AT_ONCE):
        part = with_texts.filter(pk__in=pks[start : start + ROWS_AT_ONCE])
        found = part.values_list("section_id", "texts")
        names = {(section_id, name) for section_id, text in found for name in NAME.findall(text)}
        QuizPicture.objects.bulk_create(
            (QuizPicture(section_id=section_id, name=name) for section_id, name in sorted(names)),
            ignore_conflicts=True,
        )
