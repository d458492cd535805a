"""Messages as staff send them, and their deliveries."""

from uuid import uuid4

from luffy_api.apps.inbox import expansion, services
from luffy_api.apps.inbox.models import Channel, Delivery, Kind, Message
from luffy_api.apps.inbox.services import Agreed, Draft
from luffy_api.tests.factories import UserFactory

SITE, SMS, MAIL = Channel.SITE, Channel.SMS, Channel.MAIL


def draft(user=None, **fields):
    """To one student, or to everybody."""
    values = {
        "kind": Kind.MESSAGE,
        "title": "停机维护",
        "text": "周六凌晨停机两小时。",
        "audience": "student" if user else "everybody",
        "audience_id": user.pk if user else 0,
        "channels": [SITE],
        **fields,
    }
    return Draft(**values)


def send(wanted, *, staff=None, submission=None, agreed=None):
    """Kept, with its deliveries not written yet."""
    if agreed is None:
        _, found = services.prepare(wanted)
        agreed = Agreed(found.people, found.cost)
    return services.send(
        draft=wanted,
        agreed=agreed,
        submission=submission or uuid4(),
        staff_id=(staff or UserFactory(is_staff=True)).pk,
    )


def sent(wanted, **how):
    """The same with its deliveries, of which those in the site are there for their students."""
    message = send(wanted, **how)
    assert not expansion.run(message.pk, seconds=60)
    return Message.objects.get(pk=message.pk)


def states(message=None):
    """(channel, state, problem) of each delivery."""
    rows = Delivery.objects.all() if message is None else message.deliveries
    found = rows.order_by("pk").values_list("channel", "state", "problem")
    return [(Channel(way), Delivery.State(state), problem) for way, state, problem in found]
