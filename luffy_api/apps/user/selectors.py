"""Reads of users."""

from luffy_api.apps.user import mobiles, usernames
from luffy_api.apps.user.mobiles import InvalidMobile
from luffy_api.apps.user.models import User


def find_by_identity(identity: str) -> User | None:
    """The user of that user name, mobile (any notation) or e-mail, or None; one query."""
    identity = identity.strip()
    if "@" in identity:
        return User.objects.filter(email=identity.lower()).first()
    try:
        return User.objects.filter(mobile=mobiles.normalize(identity)).first()
    except InvalidMobile:
        return User.objects.filter(username_key=usernames.normalize_username(identity)).first()
