"""Links to the page of a student, which a higher app shows."""

from collections.abc import Callable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from luffy_api.apps.user.models import User

_address: list[Callable[[int], str]] = []


def lead_to(address: Callable[[int], str]) -> None:
    """Where the page of the student with this id is."""
    _address[:] = [address]


def link(user: User, text: str = "") -> SafeString | str:
    """`text` (the user by default) as a link to the page; plain while no app has one."""
    shown = text or str(user)
    return format_html('<a href="{}">{}</a>', _address[0](user.pk), shown) if _address else shown
