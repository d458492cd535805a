"""What a person was told on one account moves to another, in a merge."""

from luffy_api.apps.inbox import audiences
from luffy_api.apps.inbox.models import Delivery, Message, OptOut


def move(*, source_id: int, target_id: int) -> None:
    """Move deliveries and settings, in a transaction that has locked both accounts.

    Of a message that both got the target's stays. What either has turned off is off.
    """
    own = Delivery.objects.filter(user_id=source_id)
    known = set(Delivery.objects.filter(user_id=target_id).values_list("message_id", "channel"))
    rows = own.values_list("pk", "message_id", "channel")
    twins = [pk for pk, message_id, channel in rows if (message_id, channel) in known]
    own.filter(pk__in=twins).delete()
    own.update(user_id=target_id)
    unwanted = OptOut.objects.filter(user_id=target_id).values_list("kind", "channel")
    both = set(unwanted) & set(
        OptOut.objects.filter(user_id=source_id).values_list("kind", "channel")
    )
    for kind, channel in both:
        OptOut.objects.filter(user_id=source_id, kind=kind, channel=channel).delete()
    OptOut.objects.filter(user_id=source_id).update(user_id=target_id)
    Message.objects.filter(audience=audiences.STUDENT, audience_id=source_id).update(
        audience_id=target_id
    )
