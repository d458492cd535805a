"""What staff do with imports."""

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.dashboard.exceptions import ImportMoved
from luffy_api.apps.dashboard.models import Import
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks


@retry_deadlocks
@transaction.atomic
def apply_import(job: Import, *, user_id: int) -> None:
    """Begin to write the rows of a checked import. Raises ImportMoved for one that is not READY."""
    _move(job, [Import.State.READY], state=Import.State.APPLYING, applied_by=user_id, problem="")
    audit_log.log_change(job, user_id=user_id, message="开始导入")


@retry_deadlocks
@transaction.atomic
def cancel_import(job: Import, *, user_id: int) -> None:
    """End an import; what was written stays. Raises ImportMoved for one that is over."""
    _move(
        job,
        [Import.State.CHECKING, Import.State.READY, Import.State.APPLYING],
        state=Import.State.CANCELLED,
        finished_at=timezone.now(),
    )
    audit_log.log_change(job, user_id=user_id, message="取消导入")


@retry_deadlocks
@transaction.atomic
def resume_import(job: Import, *, user_id: int) -> None:
    """Go on with one that was stopped or cancelled while it was applied. Raises ImportMoved."""
    if job.applied_by_id is None:
        raise ImportMoved
    _move(
        job,
        [Import.State.FAILED, Import.State.CANCELLED],
        state=Import.State.APPLYING,
        applied_by=user_id,
        finished_at=None,
        problem="",
    )
    audit_log.log_change(job, user_id=user_id, message="继续导入")


def _move(job: Import, states: list[Import.State], **values: object) -> None:
    moved = Import.objects.filter(pk=job.pk, state__in=states)
    if not moved.update(**values, updated_time=timezone.now()):
        raise ImportMoved
