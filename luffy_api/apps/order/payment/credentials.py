"""The keys of the payment providers now in force: settings, overlaid with what the database holds.

Each value comes from the database, else from a file, else from the environment; see
docs/decisions/0014. The database is read once in MAX_AGE seconds by each process, so that a change
is used everywhere within ten seconds, and not at all without KEY_ENCRYPTION_KEY.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import Error, connection

from luffy_api.apps.order.exceptions import GatewayUnavailable
from luffy_api.apps.order.models import PaymentCredential, PayType
from luffy_api.common import encryption

logger = logging.getLogger(__name__)

MAX_AGE = 5.0
SETTINGS = {PayType.ALIPAY: "ALIPAY", PayType.WECHAT: "WECHATPAY"}


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What one reading of the table found; values by provider and name."""

    read_at: float
    values: Mapping[int, Mapping[str, str]]
    unreadable: frozenset[tuple[int, str]]

    @property
    def is_fresh(self) -> bool:
        return monotonic() - self.read_at < MAX_AGE


class _Cache:
    """The last snapshot of this process; threads wait for the first one only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshot: _Snapshot | None = None

    def forget(self) -> None:
        """Read the table at the next request; what is known stays for a database that is away."""
        if self._snapshot:
            self._snapshot = replace(self._snapshot, read_at=-inf)

    def get(self) -> _Snapshot:
        """A snapshot that is fresh, or old while another thread or a lost database renews it."""
        known = self._snapshot
        if known and known.is_fresh:
            return known
        # With something to return, a thread does not wait for the one that reads the table.
        if not self._lock.acquire(blocking=known is None):
            assert known
            return known
        try:
            return self._renew()
        finally:
            self._lock.release()

    def _renew(self) -> _Snapshot:
        known = self._snapshot
        if known and known.is_fresh:
            return known
        try:
            self._snapshot = renewed = _read()
        except Error as error:
            if known is None:
                raise GatewayUnavailable from error
            logger.warning("payment credentials: the database is away, keeping the last known")
            self._snapshot = renewed = _Snapshot(monotonic(), known.values, known.unreadable)
        return renewed


_cache = _Cache()


def values_of(provider: PayType) -> Mapping[str, Any]:
    """A provider's settings with the stored values over them.

    Raises GatewayUnavailable when stored values cannot be read: other keys than those that the
    school has entered would be worse than none.
    """
    configured: dict[str, Any] = getattr(settings, SETTINGS[provider])
    if not encryption.is_enabled():
        return configured
    snapshot = _cache.get()
    if any(owner == provider for owner, _ in snapshot.unreadable):
        raise GatewayUnavailable
    return {**configured, **snapshot.values.get(provider, {})}


def values_on_trial(provider: PayType, changes: Mapping[str, str | None]) -> Mapping[str, Any]:
    """The values as they would be after these changes (None: removed), read from the table now.

    What cannot be decrypted counts as missing, since entering it again is the way out.
    """
    configured: dict[str, Any] = getattr(settings, SETTINGS[provider])
    stored = {**_read().values.get(provider, {}), **changes}
    return {**configured, **{name: text for name, text in stored.items() if text is not None}}


def forget() -> None:
    """Read the table at this process's next request; others do when theirs is old enough."""
    _cache.forget()


def stored_rows(provider: PayType) -> list[PaymentCredential]:
    """What the table holds of a provider, read now, with who changed it."""
    return list(PaymentCredential.objects.filter(provider=provider).select_related("changed_by"))


def unreadable_rows() -> list[PaymentCredential]:
    """Stored values that no key opens, read from the table now."""
    return [row for row in _rows() if not _is_readable(row)]


def table_exists() -> bool:
    """Whether the migration of the table has run."""
    return PaymentCredential._meta.db_table in connection.introspection.table_names()


def _read() -> _Snapshot:
    values: dict[int, dict[str, str]] = {}
    failed: set[tuple[int, str]] = set()
    for row in _rows():
        try:
            values.setdefault(row.provider, {})[row.name] = row.decrypt()
        except encryption.DecryptionFailed:
            logger.error("payment credentials: %s cannot be decrypted", row)
            failed.add((row.provider, row.name))
    return _Snapshot(monotonic(), values, frozenset(failed))


def _rows() -> list[PaymentCredential]:
    try:
        return list(PaymentCredential.objects.only("provider", "name", "value"))
    except Error:
        if table_exists():
            raise
        return []  # the program is newer than the database until `migrate` has run


def _is_readable(row: PaymentCredential) -> bool:
    try:
        row.decrypt()
    except encryption.DecryptionFailed:
        return False
    return True
