"""Sessions in the database, as Django keeps them. Every page reads one, so the question for it is worded only once."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from fushinban.record._prepared import Given, Prepared


class SessionStore(DatabaseSessions):
    """Django's sessions; the name is part of what signs their content."""

    def _get_session_from_db(self) -> Any:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        found = _living.models(connection, self.model, key=self.session_key, now=now)
        if not found:
            self._session_key = None
        return found[0] if found else None


@Prepared
def _living(alias: str) -> QuerySet[Any, Any]:
    sessions = DatabaseSessions.get_model_class()._base_manager.using(alias)
    return sessions.filter(session_key=Given("key"), expire_date__gt=Given("now"))
