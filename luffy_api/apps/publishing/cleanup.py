"""Deletion of old publications."""

from datetime import timedelta

from django.utils import timezone

from luffy_api.apps.publishing.models import Publication

# Much longer than an answer may live (`versions.MAX_ANSWER_AGE`), and than a transaction takes.
KEPT = timedelta(minutes=10)


def delete_old_publications() -> int:
    """Return how many there were."""
    return Publication.objects.filter(created_time__lt=timezone.now() - KEPT).delete()[0]
