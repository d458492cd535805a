"""Going through the rows of an import: checking all, then applying them in batches.

Who goes through them holds a lease on the import, and renews it in every transaction, so that of
two processes one goes on. A batch is one transaction with the states of its rows: after a kill the
rows of that batch are as they were, and the next one begins with them (`tasks.continue_imports`).
"""

import logging
import time
from collections.abc import Sequence
from secrets import token_hex

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from luffy_api.apps.dashboard.imports.kinds import KINDS
from luffy_api.apps.dashboard.imports.resources.base import Change, Checked, TableResource
from luffy_api.apps.dashboard.locks import give_back, renew_lease, take_lease
from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.apps.monitoring.models import AuditOrigin
from luffy_api.common import audit_log
from luffy_api.common.database_errors import is_unavailable
from luffy_api.common.prepared_insert import PreparedInsert
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# Rows that are checked at once, without a lock.
CHECK_BATCH = 500
# Seconds between two transactions, in which others get SQLite's only write lock.
PAUSE = 0.01
CHANGED_MEANWHILE = "预检之后，数据已被他人修改，这一行没有写入"
TAKEN_MEANWHILE = "与其他数据重复，这一行没有写入"
State, RowState, Action = Import.State, ImportRow.State, ImportRow.Action

_store = PreparedInsert(
    ImportRow,
    unique_fields=["job", "position"],
    update_fields=["name", "state", "action", "errors", "changes", "keys", "object_id"],
)


class LeaseLost(Exception):
    """Somebody else goes on, or the import was cancelled."""


def run(job_id: int, *, seconds: float) -> bool:
    """Go through the rows for so long; return whether something is left that nobody else does.

    Safe to call at any time and concurrently.
    """
    owner = token_hex(16)
    if not take_lease(job_id, owner):
        return False
    try:
        left = _run(Import.objects.get(pk=job_id), owner, time.monotonic() + seconds)
    except LeaseLost:
        return False
    except Exception as error:
        if is_unavailable(error):
            raise  # goes on when the lease has ended
        logger.exception("import %d was stopped", job_id)
        _stop(job_id, owner)
        return False
    give_back(job_id, owner)
    return left


def _run(job: Import, owner: str, until: float) -> bool:
    worker = _Checking(job, owner) if job.state == State.CHECKING else _Applying(job, owner)
    while worker.next_batch():
        if time.monotonic() > until:
            return True
        time.sleep(PAUSE)
    worker.finish()
    return False


@retry_deadlocks
@transaction.atomic
def _stop(job_id: int, owner: str) -> None:
    """After a fault of ours: somebody has to look at it before it goes on."""
    Import.objects.filter(pk=job_id, lease=owner).update(
        state=State.FAILED,
        problem="程序出错，已停止；已写入的行不受影响",
        finished_at=timezone.now(),
        leased_until=None,
    )


class _Worker:
    """What both passes have in common."""

    state: Import.State

    def __init__(self, job: Import, owner: str) -> None:
        self.job, self._owner = job, owner
        kind = KINDS[job.kind]
        self._resources = {part.part: part(job) for part in kind.parts}

    def _batch(self, rows: Sequence[ImportRow]) -> tuple[TableResource, list[ImportRow]]:
        """The first rows that are of one table, and that table, which knows what they refer to."""
        part = rows[0].part
        batch = [row for row in rows if row.part == part]
        resource = self._resources[part]
        resource.prepare([row.data for row in batch])
        return resource, batch

    def _renew(self) -> None:
        if not renew_lease(self.job.pk, self._owner, self.state):
            raise LeaseLost

    @retry_deadlocks
    @transaction.atomic
    def _end(self, state: Import.State) -> None:
        self._renew()
        ended = {} if state == State.READY else {"finished_at": timezone.now()}
        Import.objects.filter(pk=self.job.pk).update(
            state=state, summary=summary_of(self.job), updated_time=timezone.now(), **ended
        )


class _Checking(_Worker):
    """What would each row do? Nothing is written but that."""

    state = State.CHECKING

    def __init__(self, job: Import, owner: str) -> None:
        super().__init__(job, owner)
        checked = job.rows.exclude(state=RowState.STAGED).values_list("part", "number", "keys")
        self._seen = {(part, key): number for part, number, keys in checked for key in keys}
        for name, resource in self._resources.items():
            rows = job.rows.exclude(state=RowState.STAGED).filter(part=name)
            resource.resume(rows.order_by("-position"))

    def next_batch(self) -> bool:
        """Check some rows; False when none is left."""
        waiting = self.job.rows.filter(state=RowState.STAGED).order_by("position")
        if not (rows := list(waiting[:CHECK_BATCH])):
            return False
        resource, batch = self._batch(rows)
        for row in batch:
            self._check(resource, row)
        self._keep(batch)
        return True

    def _check(self, resource: TableResource, row: ImportRow) -> None:
        faults = {field: texts[0] for field, texts in row.errors.items()}
        checked = resource.check(row.data, faults, row.number)
        for key in checked.keys:
            first = self._seen.setdefault((row.part, key), row.number)
            if first != row.number:
                checked.errors.setdefault("", []).append(f"与第 {first} 行重复")
        row.name, row.keys = checked.name, checked.keys
        row.errors, row.changes = checked.errors, checked.changes
        row.state = RowState.INVALID if checked.errors else RowState.CHECKED
        row.action = _action(checked)

    @retry_deadlocks
    @transaction.atomic
    def _keep(self, rows: list[ImportRow]) -> None:
        self._renew()
        _store.many(rows)

    def finish(self) -> None:
        """Every row was checked."""
        wrong = self.job.rows.filter(state=RowState.INVALID).exists()
        self._end(State.INVALID if wrong else State.READY)


class _Applying(_Worker):
    """Each row is checked again, and written if it does what was shown."""

    state = State.APPLYING

    def __init__(self, job: Import, owner: str) -> None:
        super().__init__(job, owner)
        self._address = started_from(job)

    def next_batch(self) -> bool:
        """Write some rows; False when none is left."""
        waiting = self.job.rows.to_apply().order_by("position")
        if not (rows := list(waiting[: settings.IMPORT_BATCH_ROWS])):
            return False
        rows = [row for row in rows if row.part == rows[0].part]
        try:
            self._apply(rows)
        except IntegrityError:
            for row in rows:
                self._apply_alone(row)
        return True

    def _apply_alone(self, row: ImportRow) -> None:
        try:
            self._apply([row])
        except IntegrityError as error:
            logger.warning("import %d, row %d: %s", self.job.pk, row.number, error)
            self._fail(row)

    @retry_deadlocks
    @transaction.atomic
    def _fail(self, row: ImportRow) -> None:
        self._renew()
        row.state, row.errors = RowState.FAILED, {"": [TAKEN_MEANWHILE]}
        _store.many([row])

    @retry_deadlocks
    @transaction.atomic
    def _apply(self, rows: list[ImportRow]) -> None:
        self._renew()
        resource, batch = self._batch(rows)
        written: list[tuple[ImportRow, Checked]] = []
        for row in batch:
            checked = resource.check(row.data, {}, row.number)
            as_shown = resource.is_as_shown(row.changes, checked.changes)
            if checked.errors or not as_shown or _action(checked) != row.action:
                row.state = RowState.FAILED
                row.errors = checked.errors or {"": [CHANGED_MEANWHILE]}
            else:
                row.state = RowState.APPLIED
                written.append((row, checked))
        resource.write([checked for _, checked in written])
        self._log(resource, written)
        _store.many(batch)

    def _log(self, resource: TableResource, written: list[tuple[ImportRow, Checked]]) -> None:
        entries = []
        for row, checked in written:
            logged = resource.logged(checked.instance)
            row.object_id = logged.pk
            entries.append((logged, checked.is_new, self._message(resource, checked.changes)))
        assert self.job.applied_by_id is not None
        with audit_log.acting_from(self._address):
            audit_log.log_rows(entries, user_id=self.job.applied_by_id)

    def _message(self, resource: TableResource, changes: list[Change]) -> str:
        shown = [
            heading
            if heading in resource.unlogged
            else f"{heading} {_short(before)}{' → ' if before else ''}{_short(after)}"
            for heading, before, after in changes
        ]
        return f"导入 #{self.job.pk}：{'，'.join(shown)}"[:1000]

    def finish(self) -> None:
        """Every row was written, or is told of; and what they have left behind."""
        self._end(State.DONE)
        found = [text for part in self._resources.values() for text in part.warnings()]
        if found:
            Import.objects.filter(pk=self.job.pk).update(problem="；".join(found)[:200])


def started_from(job: Import) -> str:
    """The IP address from which 开始导入 was pressed last; blank if no request did. One query."""
    here = AuditOrigin.objects.filter(
        entry__content_type=ContentType.objects.get_for_model(Import),
        entry__object_id=str(job.pk),
        entry__user=job.applied_by_id,
    )
    return here.order_by("-entry_id").values_list("address", flat=True).first() or ""


def summary_of(job: Import) -> dict[str, int]:
    """How many rows have each result; one query."""
    names = ("total", "added", "changed", "same", "wrong", "applied", "failed")
    counts = dict.fromkeys(names, 0)
    groups = job.rows.order_by().values_list("state", "action").annotate(count=Count("pk"))
    for state, action, count in groups:
        counts["total"] += count
        counts["wrong"] += count * (state == RowState.INVALID)
        counts["failed"] += count * (state == RowState.FAILED)
        counts["applied"] += count * (state == RowState.APPLIED)
        if state in {RowState.CHECKED, RowState.APPLIED}:
            counts[{Action.ADD: "added", Action.CHANGE: "changed"}.get(action, "same")] += count
    return counts


def _action(checked: Checked) -> ImportRow.Action:
    if checked.is_new:
        return Action.ADD
    return Action.CHANGE if checked.changes else Action.NONE


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
