"""How far a person is on one account moves to another; of one section the further one stays."""

from luffy_api.apps.learning import certificates, progress_buffer, quiz_moves, study_days
from luffy_api.apps.learning.locks import lock_progress
from luffy_api.apps.learning.models import SectionAnswer, SectionProgress


def flush(*user_ids: int) -> None:
    """Write what players have reported; before the transaction, which may be undone."""
    for user_id in user_ids:
        progress_buffer.flush_student(user_id)


def move(*, source_id: int, target_id: int) -> None:
    """Move progress, answers, attempts at quizzes, days of learning and certificates.

    The transaction has locked both students.
    """
    own = SectionProgress.objects.filter(user=source_id)
    twins = SectionProgress.objects.filter(user=target_id, section__in=own.values("section"))
    known = {row.section_id: row for row in twins}
    pks = [*own.values_list("pk", flat=True), *(row.pk for row in known.values())]
    rows = lock_progress(pks)
    kept = {row.section_id: row for row in rows if row.user_id == target_id}
    for row in rows:
        if row.user_id == source_id and row.section_id in kept:
            _join(row, kept[row.section_id])
            row.delete()
    own.update(user=target_id)
    _move_answers(source_id, target_id)
    quiz_moves.move(source_id=source_id, target_id=target_id)
    study_days.move(source_id=source_id, target_id=target_id)
    certificates.move(source_id=source_id, target_id=target_id)


def _join(row: SectionProgress, kept: SectionProgress) -> None:
    """The further one by the seconds watched, then by where it stopped; the newer time of both."""
    further = max(row, kept, key=lambda each: (each.watched, each.position))
    reported = [each.reported_at for each in (row, kept) if each.reported_at]
    done = [each.done_at for each in (row, kept) if each.done_at]
    earlier = [each.earlier for each in (row, kept) if each.earlier]
    counted = [each.counted_from for each in (row, kept) if each.counted_from]
    SectionProgress.objects.filter(pk=kept.pk).update(
        position=further.position,
        watched=further.watched,
        earlier=max(earlier, default=None),
        counted_from=max(counted, default=None),
        budget=min(row.budget, kept.budget),
        reported_at=max(reported, default=None),
        done_at=min(done, default=None),
        updated_time=max(row.updated_time, kept.updated_time),
    )


def _move_answers(source_id: int, target_id: int) -> None:
    """Of two answers to one exercise the newer one stays."""
    own = SectionAnswer.objects.filter(user=source_id)
    kept = {row.section_id: row for row in SectionAnswer.objects.filter(user=target_id)}
    for row in own.filter(section__in=kept):
        twin = kept[row.section_id]
        if row.updated_time > twin.updated_time:
            SectionAnswer.objects.filter(pk=twin.pk).update(
                text=row.text, updated_time=row.updated_time
            )
        row.delete()
    own.update(user=target_id)
