"""The clock of the payment providers."""

from datetime import timedelta, timezone

# China keeps one offset all year, so no time-zone database is needed.
SHANGHAI = timezone(timedelta(hours=8))
