"""What a person has said on one account moves to another, in a merge."""

from luffy_api.apps.community import rating_counts
from luffy_api.apps.community.models import Rating
from luffy_api.apps.course.locks import lock_courses


def move(*, source_id: int, target_id: int) -> None:
    """Move ratings, in a transaction that has locked both students.

    Of two of one course the one that was written or changed last stays, for it is what the person
    thinks now. One that staff have hidden stays in any case: a merge gives no second opinion.
    """
    own = Rating.objects.filter(user=source_id)
    lock_courses(list(own.values_list("course", flat=True)))
    twins = {row.course_id: row for row in Rating.objects.filter(user=target_id)}
    for row in own:
        twin = twins.get(row.course_id)
        if twin is None:
            continue
        gone = min((row, twin), key=_weight)
        gone.delete()
        if gone.state == Rating.State.SHOWN:
            rating_counts.change(gone.course_id, [(gone.stars, -1)])
    Rating.objects.filter(user=source_id).update(user=target_id)


def _weight(row: Rating) -> tuple[bool, object, int]:
    return bool(row.reason), row.edited_at or row.created_time, row.pk
