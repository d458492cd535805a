"""The only place where rows of this app are locked."""

from collections.abc import Collection

from luffy_api.apps.learning.models import SectionProgress


def lock_progress(pks: Collection[int]) -> list[SectionProgress]:
    """Those of the rows that still exist, locked by id until the transaction ends."""
    return list(SectionProgress.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
