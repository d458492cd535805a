"""The back office's log (LogEntry): written by services, in the transaction of what it tells, and
read for the page of an order.
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from luffy_api.apps.order.models import OfflinePayment, Order, Refund


def log_change(row: Model, *, user_id: int, message: str) -> None:
    """Enter what a user did about a row; it stands in the 历史 of the row's page."""
    LogEntry.objects.create(
        user_id=user_id,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=CHANGE,
        change_message=message,
    )


def entries_of(order: Order) -> QuerySet[LogEntry]:
    """What people did about an order, its refunds and payments by hand; the newest first.

    Two queries for their ids, and one for the entries.
    """
    kinds = {
        Order: [order.pk],
        Refund: order.refunds.values_list("pk", flat=True),
        OfflinePayment: order.offline_payments.values_list("pk", flat=True),
    }
    wanted = Q()
    for model, ids in kinds.items():
        kind = ContentType.objects.get_for_model(model)
        wanted |= Q(content_type=kind, object_id__in=[str(pk) for pk in ids])
    entries = LogEntry.objects.filter(wanted).select_related("user", "content_type")
    return entries.order_by("-pk")
