"""Reads about users."""

from luffy_api.apps.user import mobiles, names
from luffy_api.apps.user.mobiles import BadMobile
from luffy_api.apps.user.models import User


def find_by_identity(identity: str) -> User | None:
    """The account behind a name, a mobile in any spelling, or an e-mail; one query."""
    identity = identity.strip()
    if "@" in identity:
        return User.objects.filter(email=identity.lower()).first()
    try:
        return User.objects.filter(mobile=mobiles.normalise(identity)).first()
    except BadMobile:
        return User.objects.filter(username_key=names.fold(identity)).first()
