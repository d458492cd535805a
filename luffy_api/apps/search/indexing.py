"""The search index follows the catalogue: by the outbox, by verification, by a rebuild."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.utils import timezone

from luffy_api.apps.course.models import CatalogueEvent, Course
from luffy_api.apps.monitoring import queues
from luffy_api.apps.publishing import publications
from luffy_api.apps.search import documents, locks
from luffy_api.apps.search.engines import backend
from luffy_api.apps.search.engines.base import Build, SearchBackend
from luffy_api.apps.search.exceptions import AlreadyRebuilding, IndexUnusable, LockNotAcquired
from luffy_api.apps.search.locks import LOCK_TTL
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.memory import paused_collection

# Called with the number of courses done so far and of all courses.
Progress = Callable[[int, int], None]

CHUNK = 1000
# So many courses are read at once for a new index.
_BUILD_CHUNK = 2000
_FINGERPRINTS_PER_REQUEST = 10_000
# A transaction that was open when a rebuild began may be committed while it runs.
_OVERLAP = timedelta(minutes=10)
# Of LOCK_TTL; a machine may be so busy that this thread comes late.
_EXTEND_SECONDS = LOCK_TTL.total_seconds() / 4
PROCESSED_RETENTION = timedelta(days=1)
LOCK_TIMEOUT = timedelta(seconds=60)
# Changes are in the index within seconds; a rebuild takes a minute or two.
OUTBOX = queues.Queue(
    "search_index",
    "待进入搜索的改动",
    lambda: CatalogueEvent.objects.filter(processed_at=None),
    "created_time",
    timedelta(minutes=10),
)


def process_outbox() -> int:
    """Bring the waiting changes into the index; return the number of courses looked at.

    One process at a time, because the older of two states of a course must not be written last:
    raises LockNotAcquired while another one is at work. Rows are marked only after the index has
    them, so after a crash at any point the work is done again. Raises BackendError.
    """
    count = 0
    with locks.acquire(locks.WRITING) as lock:
        while changes := _pending_changes():
            lock.extend()
            count += _refresh(backend(), affected_courses(changes))
            ids = [change.pk for change in changes]
            CatalogueEvent.objects.filter(pk__in=ids).update(processed_at=timezone.now())
    return count


def affected_courses(changes: Iterable[CatalogueEvent]) -> list[int]:
    """Return the ids of the courses whose documents these changes may alter."""
    by_subject: dict[int, set[int]] = {subject: set() for subject in CatalogueEvent.Subject}
    for change in changes:
        by_subject[change.subject].add(change.object_id)
    ids = by_subject[CatalogueEvent.Subject.COURSE]
    for subject, field in (
        (CatalogueEvent.Subject.CATEGORY, "course_category_id"),
        (CatalogueEvent.Subject.TEACHER, "teacher_id"),
    ):
        if by_subject[subject]:
            courses = Course.objects.filter(**{f"{field}__in": by_subject[subject]})
            ids |= set(courses.values_list("pk", flat=True))
    return sorted(ids)


def verify_index() -> int:
    """Compare every course with the index and repair differences; return their number.

    Finds what left no row in the outbox: bulk updates, SQL by hand, a restored backup. The
    comparison needs no lock, since what is repaired is read again. Raises IndexingError.
    """
    engine = backend()
    indexed = dict(_fingerprints(engine))
    different: list[int] = []
    for ids in documents.iter_id_chunks(CHUNK):
        sources = documents.load_sources(ids, contiguous=True)
        expected = {source.id: source.fingerprint() for source in sources}
        different += [pk for pk in ids if expected.get(pk) != indexed.pop(pk, None)]
    different += indexed
    for chunk in _chunks(different):
        with locks.acquire(locks.WRITING, timeout=LOCK_TIMEOUT):
            _refresh(engine, chunk)
    return len(different)


def ensure_index() -> None:
    """Build the index when it is missing or unusable, else verify it. Raises IndexingError."""
    if needs_rebuild():
        rebuild()
    else:
        verify_index()


def rebuild(*, progress: Progress | None = None) -> int:
    """Build a new index beside the one in use and swap them; return the number of documents.

    Changes made meanwhile go into the old index, and before the swap into the new one. Raises
    AlreadyRebuilding and other kinds of IndexingError.
    """
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(locks.acquire(locks.REBUILDING))
        except LockNotAcquired as error:
            raise AlreadyRebuilding("another process is building the index") from error
        return _rebuild(lock, progress or _no_progress)


def needs_rebuild() -> bool:
    """Whether the index is missing, broken or of another format. Raises BackendUnavailable."""
    try:
        backend().fingerprints(after=0, limit=1)
    except IndexUnusable:
        return True
    return False


def delete_processed() -> None:
    """Delete the rows of the outbox that no rebuild can still need."""
    ended = timezone.now() - PROCESSED_RETENTION
    delete_in_chunks(CatalogueEvent.objects.filter(processed_at__lt=ended))


def _pending_changes() -> list[CatalogueEvent]:
    return list(CatalogueEvent.objects.filter(processed_at=None).order_by("pk")[:CHUNK])


def _rebuild(lock: locks.Lock, progress: Progress) -> int:
    began = timezone.now()
    total = Course.objects.count()
    build = backend().begin_build(documents.dictionary())
    try:
        with paused_collection():
            count = _fill(build, lock, lambda done: progress(done, total))
        _finish(build, lock)
        _catch_up(build, began)
    finally:
        build.discard()
    return count


def _fill(build: Build, lock: locks.Lock, progress: Callable[[int], None]) -> int:
    """Make documents while a thread writes those before them, which needs hardly any Python."""
    done = count = 0
    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(build.index, ())
        for ids in documents.iter_id_chunks(_BUILD_CHUNK):
            lock.extend()
            built = documents.build_documents(ids, build.tokenizer(), contiguous=True)
            writing.result()
            writing = writer.submit(build.index, built)
            done, count = done + len(ids), count + len(built)
            progress(done)
        writing.result()
    return count


def _finish(build: Build, lock: locks.Lock) -> None:
    """Index what was collected, by a few statements that take long, while the lock is held."""
    with ThreadPoolExecutor(1) as writer:
        finishing = writer.submit(build.finish)
        while not finishing.done():
            lock.extend()
            wait([finishing], timeout=_EXTEND_SECONDS)
        finishing.result()


def _catch_up(build: Build, began: datetime) -> None:
    """Add what changed since the rebuild began, while nobody else writes; then swap."""
    with locks.acquire(locks.WRITING, timeout=LOCK_TIMEOUT) as lock:
        for ids in _chunks(_changed_since(began - _OVERLAP)):
            lock.extend()
            _refresh(build, ids)
        build.swap()
        publications.publish()


def _changed_since(moment: datetime) -> list[int]:
    changes = CatalogueEvent.objects.exclude(processed_at__lt=moment)
    return affected_courses(changes.iterator(chunk_size=CHUNK))


def _refresh(index: SearchBackend | Build, ids: Sequence[int]) -> int:
    for chunk in _chunks(ids):
        built = documents.build_documents(chunk, index.tokenizer())
        listed = {document.id for document in built}
        index.delete([pk for pk in chunk if pk not in listed])
        index.index(built)
    if ids and isinstance(index, SearchBackend):
        publications.publish()
    return len(ids)


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _fingerprints(engine: SearchBackend) -> Iterable[tuple[int, int]]:
    after = 0
    while rows := engine.fingerprints(after=after, limit=_FINGERPRINTS_PER_REQUEST):
        yield from rows
        after = rows[-1][0]


def _no_progress(done: int, total: int) -> None:
    """For callers that do not ask for it."""
