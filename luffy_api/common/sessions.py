"""SESSION_ENGINE: sessions in the database, found without compiling a statement each time."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as StoreInDatabase
from django.contrib.sessions.models import Session
from django.utils import timezone

from luffy_api.common.prepared_query import PreparedQuery

_session = PreparedQuery(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), str, datetime
)


class SessionStore(StoreInDatabase):
    """As Django's; each page of the back office asks for its session first."""

    def _get_session_from_db(self) -> Session | None:
        """Hook of Django: the row, or None and no key any more."""
        row = _session.first(str(self.session_key), timezone.now())
        if row is None:
            self._session_key = None
        return row
