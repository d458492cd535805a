"""Keeping the index as the catalogue is: the outbox, the comparison, the rebuild."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.utils import timezone

from luffy_api.apps.course.models import CatalogueEvent, Course
from luffy_api.apps.search import documents, locks
from luffy_api.apps.search.engines import backend
from luffy_api.apps.search.engines.base import Build, SearchBackend
from luffy_api.apps.search.exceptions import AlreadyRebuilding, IndexUnusable, Taken

Report = Callable[[int, int], None]

CHUNK = 1000
_MANY = 10_000
# A transaction that was open when a rebuild began may be committed while it runs.
_OVERLAP = timedelta(minutes=10)
KEEP_DRAINED = timedelta(days=1)
PATIENCE = timedelta(seconds=60)


def drain() -> int:
    """Brings what the outbox holds into the index; the number of courses that were looked at.

    One process at a time, because the older of two pictures of a course must not come last: with
    another one at work it raises Taken. Rows are marked only after the index has them, so a
    crash at any point makes the work happen once more. Raises BackendFault.
    """
    count = 0
    with locks.hold(locks.WRITING) as lock:
        while changes := _waiting():
            lock.renew()
            count += _refresh(backend(), affected(changes))
            seen = [change.pk for change in changes]
            CatalogueEvent.objects.filter(pk__in=seen).update(processed_at=timezone.now())
    return count


def affected(changes: Iterable[CatalogueEvent]) -> list[int]:
    """Ids of the courses that are different because of these changes."""
    by_subject: dict[int, set[int]] = {subject: set() for subject in CatalogueEvent.Subject}
    for change in changes:
        by_subject[change.subject].add(change.object_id)
    ids = by_subject[CatalogueEvent.Subject.COURSE]
    for subject, field in (
        (CatalogueEvent.Subject.CATEGORY, "course_category_id"),
        (CatalogueEvent.Subject.TEACHER, "teacher_id"),
    ):
        if by_subject[subject]:
            of_these = Course.objects.filter(**{f"{field}__in": by_subject[subject]})
            ids |= set(of_these.values_list("pk", flat=True))
    return sorted(ids)


def sweep() -> int:
    """Compares every course with the index and mends what differs; the number of mended ones.

    Finds what left no row in the outbox: bulk updates, SQL by hand, a restored backup. The
    comparison needs no lock, since what is mended is read again. Raises IndexFault.
    """
    engine = backend()
    indexed = dict(_fingerprints(engine))
    different: list[int] = []
    for ids in documents.id_chunks(CHUNK):
        wanted = {
            source.id: source.fingerprint() for source in documents.sources(ids, gapless=True)
        }
        different += [pk for pk in ids if wanted.get(pk) != indexed.pop(pk, None)]
    different += indexed
    for chunk in _chunks(different):
        with locks.hold(locks.WRITING, patience=PATIENCE):
            _refresh(engine, chunk)
    return len(different)


def bring_up_to_date() -> None:
    """For a start of the shop: a new index when there is none, else whatever it lacks.

    Raises IndexFault.
    """
    if needs_rebuild():
        rebuild()
    else:
        sweep()


def rebuild(*, report: Report | None = None) -> int:
    """Builds the whole index beside the one in use and swaps them; the number of courses.

    Changes meanwhile go to the old index, and at the end to the new one. Raises IndexFault.
    """
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(locks.hold(locks.REBUILDING))
        except Taken as taken:
            raise AlreadyRebuilding("another process is building the index") from taken
        return _rebuild(lock, report or _nobody)


def needs_rebuild() -> bool:
    """Whether the index is missing, broken or of another format."""
    try:
        backend().fingerprints(after=0, limit=1)
    except IndexUnusable:
        return True
    return False


def forget_drained() -> None:
    """Removes rows of the outbox that no rebuild can still need."""
    CatalogueEvent.objects.filter(processed_at__lt=timezone.now() - KEEP_DRAINED).delete()


def _waiting() -> list[CatalogueEvent]:
    return list(CatalogueEvent.objects.filter(processed_at=None).order_by("pk")[:CHUNK])


def _rebuild(lock: locks.Lock, report: Report) -> int:
    began = timezone.now()
    total = Course.objects.count()
    build = backend().begin_build(documents.dictionary())
    try:
        count = _fill(build, lock, lambda done: report(done, total))
        build.finish()
        _catch_up(build, began)
    finally:
        build.discard()
    return count


def _fill(build: Build, lock: locks.Lock, report: Callable[[int], None]) -> int:
    done = count = 0
    for ids in documents.id_chunks(CHUNK):
        lock.renew()
        found = documents.build_all(ids, build.cutter(), gapless=True)
        build.index(found)
        done, count = done + len(ids), count + len(found)
        report(done)
    return count


def _catch_up(build: Build, began: datetime) -> None:
    """What changed since the rebuild began, while nobody else writes; then the swap."""
    with locks.hold(locks.WRITING, patience=PATIENCE) as lock:
        for ids in _chunks(_changed_since(began - _OVERLAP)):
            lock.renew()
            _refresh(build, ids)
        build.swap()


def _changed_since(moment: datetime) -> list[int]:
    changes = CatalogueEvent.objects.exclude(processed_at__lt=moment)
    return affected(changes.iterator(chunk_size=CHUNK))


def _refresh(index: SearchBackend | Build, ids: Sequence[int]) -> int:
    for chunk in _chunks(ids):
        found = documents.build_all(chunk, index.cutter())
        shown = {document.id for document in found}
        index.delete([pk for pk in chunk if pk not in shown])
        index.index(found)
    return len(ids)


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _fingerprints(engine: SearchBackend) -> Iterable[tuple[int, int]]:
    after = 0
    while rows := engine.fingerprints(after=after, limit=_MANY):
        yield from rows
        after = rows[-1][0]


def _nobody(done: int, total: int) -> None:
    """Nobody wants to know."""
