"""Sessions in the database, as Django keeps them, read by a query that is built once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from xinya.kit.prepared import Prepared

_STORED: Prepared[Session] = Prepared(lambda key: Session.objects.filter(session_key=key), "the key")


class SessionStore(db.SessionStore):
    """Django's own, but for how a row is read."""

    def _get_session_from_db(self) -> Session | None:
        found = _STORED.rows(self.session_key or "")
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None
