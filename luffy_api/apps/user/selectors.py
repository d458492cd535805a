"""Reads of users."""

from collections.abc import Iterable
from datetime import datetime

from luffy_api.apps.user import mobiles, usernames
from luffy_api.apps.user.mobiles import InvalidMobile
from luffy_api.apps.user.models import SocialAccount, User


def find_by_identity(identity: str) -> User | None:
    """The user of that user name, mobile (any notation) or e-mail, or None; one query."""
    column, value = _column_of(identity.strip())
    return User.objects.filter(**{column: value}).first()


def find_by_identities(identities: Iterable[str]) -> dict[str, User]:
    """The users of many such identities, by what was asked for; three queries at most."""
    columns: dict[str, dict[str, list[str]]] = {"email": {}, "mobile": {}, "username_key": {}}
    for identity in filter(None, identities):
        column, value = _column_of(identity.strip())
        columns[column].setdefault(value, []).append(identity)
    found = {}
    for column, texts in columns.items():
        users = User.objects.filter(**{f"{column}__in": texts}) if texts else ()
        for user in users:
            for text in texts.get(getattr(user, column), []):
                found[text] = user
    return found


def social_accounts_of(user_id: int) -> list[SocialAccount]:
    """What a student has connected, one row for each provider, the oldest. One query."""
    found: dict[str, SocialAccount] = {}
    for row in SocialAccount.objects.filter(user_id=user_id):
        found.setdefault(row.provider, row)
    return list(found.values())


def count_joined(start: datetime, end: datetime) -> int:
    """How many accounts were made from `start` to before `end`. One query, by an index."""
    return User.objects.filter(date_joined__gte=start, date_joined__lt=end).count()


def staff_joined(start: datetime, end: datetime) -> list[datetime]:
    """When accounts of who is staff now were made, as `count_joined`. One query, by an index."""
    staff = User.objects.filter(is_staff=True, date_joined__gte=start, date_joined__lt=end)
    return list(staff.values_list("date_joined", flat=True))


def first_joined() -> datetime | None:
    """When the first account was made, None before that. One query, by an index."""
    return User.objects.order_by("date_joined").values_list("date_joined", flat=True).first()


def _column_of(identity: str) -> tuple[str, str]:
    if "@" in identity:
        return "email", identity.lower()
    try:
        return "mobile", mobiles.normalize(identity)
    except InvalidMobile:
        return "username_key", usernames.normalize_username(identity)
