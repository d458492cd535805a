"""What the shop itself tells one student, in the site only."""

from uuid import UUID

from django.utils import timezone

from luffy_api.apps.inbox import audiences, selectors
from luffy_api.apps.inbox.models import Channel, Delivery, Kind, Message


def notify(
    *, user_id: int, kind: Kind, title: str, text: str, sender_id: int, submission: UUID
) -> None:
    """Put a message into the student's inbox, in the transaction of what it tells of.

    Of one `submission` once, whoever repeats it. Nothing happens for an account that is closed.
    """
    people = selectors.recipients(audience=audiences.STUDENT, audience_id=user_id)
    student = people.filter(pk=user_id).first()
    if student is None or Message.objects.filter(submission=submission).exists():
        return
    message = Message.objects.create(
        kind=kind,
        title=title[: Message.MAX_TITLE],
        text=text,
        audience=audiences.STUDENT,
        audience_id=user_id,
        audience_name=str(student),
        channels=[int(Channel.SITE)],
        created_by_id=sender_id,
        submission=submission,
        state=Message.State.EXPANDED,
        recipients=1,
    )
    Delivery.objects.create(
        message=message,
        user=student,
        channel=Channel.SITE,
        state=Delivery.State.SENT,
        sent_at=timezone.now(),
    )
