"""The base of views that need the storage."""

from luffy_api.apps.course.exceptions import StorageDown
from luffy_api.common.viewsets import TranslatingViewSet
from luffy_api.libs.storage import StorageUnavailable


class StorageViewSet(TranslatingViewSet):
    """Answers 503 when the storage does not answer."""

    translated = {StorageUnavailable: StorageDown}
