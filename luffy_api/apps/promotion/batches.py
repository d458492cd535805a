"""Codes in batches: made, listed for whoever hands them out, made void."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.promotion import codes
from luffy_api.apps.promotion.exceptions import BatchClosed
from luffy_api.apps.promotion.models import CodeBatch, RedeemCode
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

ROWS_AT_ONCE = 1000


def add_codes(batch: CodeBatch) -> None:
    """Make the codes of a new batch, in its transaction; 10,000 of them take a second or two.

    Two of 2**79 codes are never the same; if they were, the unique column would undo the batch.
    """
    rows = (RedeemCode(batch=batch, code=codes.new_code()) for _ in range(batch.count))
    RedeemCode.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


@retry_deadlocks
@transaction.atomic
def void(*, batch_id: int, staff_id: int) -> CodeBatch:
    """Nobody can use the rest of a batch any more; what was used stays. Raises BatchClosed."""
    now = timezone.now()
    if not CodeBatch.objects.filter(pk=batch_id, voided_at=None).update(voided_at=now):
        raise BatchClosed
    batch = CodeBatch.objects.get(pk=batch_id)
    left = batch.codes.filter(used_by=None).count()
    audit_log.log_change(batch, user_id=staff_id, message=f"作废兑换码，未使用的 {left} 个不能再用")
    return batch


def exported(batch: CodeBatch) -> Iterator[tuple[str, str, datetime | None]]:
    """Each code as it is shown, what became of it, and when it was used."""
    rows = batch.codes.order_by("pk").values_list("code", "used_at")
    for code, used_at in rows.iterator(chunk_size=ROWS_AT_ONCE):
        unused = "已作废" if batch.voided_at else "未使用"
        yield codes.spoken(code), "已使用" if used_at else unused, used_at
