"""Pages of a ModelAdmin that are saved again after the database has undone their transaction."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import HttpRequest

from luffy_api.common.transactions import retry_deadlocks

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin

READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
DELETION = "delete_selected"


class RepeatedAdmin(BaseAdmin):
    """Mixin before every ModelAdmin of the site (admin_site.py): each save is one transaction.

    It is repeated like a service's (`retry_deadlocks`), with a form that reads the rows anew: what
    a rival has changed meanwhile is an edit conflict of the second attempt. Other bulk actions
    than Django's deletion call services, which repeat their own transactions.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Hook of Django: the page of one row, new or not."""
        page = super().changeform_view
        if request.method in READING or _has_file_on_disk(request):
            return page(request, *args, **kwargs)
        return saved(request, page, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Hook of Django: the page that asks whether to delete."""
        page = super().delete_view
        if request.method in READING:
            return page(request, *args, **kwargs)
        return saved(request, page, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Hook of Django: the list, when columns of it are saved or rows of it are deleted."""
        deletes = request.POST.get("action") == DELETION and "post" in request.POST
        if "_save" in request.POST or deletes:
            return saved(request, super().changelist_view, *args, **kwargs)
        return super().changelist_view(request, *args, **kwargs)


@retry_deadlocks
@transaction.atomic
def saved(request: HttpRequest, page: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A page that writes, as one transaction that is repeated; GET needs none."""
    _begin_anew(request)
    return page(request, *args, **kwargs)


def _has_file_on_disk(request: HttpRequest) -> bool:
    """Whether a storage moves what was uploaded, so that it could not be saved again."""
    return any(isinstance(file, TemporaryUploadedFile) for file in _files(request))


def _files(request: HttpRequest) -> Iterator[Any]:
    return (file for _, files in request.FILES.lists() for file in files)


def _begin_anew(request: HttpRequest) -> None:
    """As if there had been no attempt that was undone: unread files, and no message of success."""
    for file in _files(request):
        file.seek(0)
    cast(BaseStorage, get_messages(request))._queued_messages = []  # type: ignore[attr-defined]
