"""Pictures of rows in several widths: a column that names the files, and who makes them.

They are made after the row was saved, by the task runner. Until then, and for a picture of which
there can be none, the page shows the picture itself. A file's name contains a digest of what it
was made of, so its content never changes.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import models
from django.db.models.fields.files import ImageField
from django.utils import timezone

from luffy_api.common import pictures

logger = logging.getLogger(__name__)

# Rows for which one run makes files; the next run goes on.
ROWS_OF_A_RUN = 100
# A page that somebody has open may still load the files of the picture before.
MIN_AGE = timedelta(days=1)


class Rendition(TypedDict):
    """A version of a picture, `width` in pixels."""

    url: str
    width: int


class RenditionsField(models.JSONField):
    """`{"of": the picture's name, "files": [[width, name], …]}`; None until they are made.

    `of` names the ImageField. A row saved with another picture forgets the files of the one before.
    """

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"null": True, "editable": False, **kwargs})
        self.of = of

    def deconstruct(self) -> Any:
        """Hook of Django's migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Hook of Django: the value that is saved."""
        value = super().pre_save(model_instance, add)
        if value and value["of"] != getattr(model_instance, self.of).name:
            value = None
            setattr(model_instance, self.attname, value)
        return value


def renditions_of(storage: Storage, picture: str | None, value: Any) -> list[Rendition]:
    """What a RenditionsField names, from the narrowest; empty where that is of another file."""
    if not picture or not value or value["of"] != picture:
        return []
    return [{"url": storage.url(name), "width": width} for width, name in value["files"]]


@dataclass(frozen=True)
class RenditionMaker:
    """Makes the files of one RenditionsField, and removes those that no row names."""

    model: type[models.Model]
    field: str
    widths: Sequence[int]

    def make_missing(self) -> int:
        """For how many rows. Raises what the storage raises while it is away."""
        rows = self._rows().filter(**{f"{self.field}__isnull": True}).exclude(**{self._of: ""})
        names = list(rows.order_by("pk").values_list("pk", self._of)[:ROWS_OF_A_RUN])
        for pk, name in names:
            value = {"of": name, "files": self._make(name)}
            # Unless the picture was replaced meanwhile.
            self._rows().filter(pk=pk, **{self._of: name}).update(**{self.field: value})
        return len(names)

    def clean_up(self) -> int:
        """Forget what was made of another picture or is lost, and remove files; how many."""
        self._forget_outdated()
        self.forget_lost()
        return self._remove_unused()

    def _forget_outdated(self) -> None:
        """After a change of a picture by SQL, or by a release that does not know the column."""
        for pk, name, value in self._made("pk", self._of, self.field):
            if value["of"] != name:
                rows = self._rows().filter(pk=pk, **{self._of: name})
                rows.update(**{self.field: None})

    def forget_lost(self) -> None:
        """After the storage has lost files, or was exchanged for one without them.

        Rows are read before the files are seen: all that they name was there. Raises what the
        storage raises while it is away.
        """
        rows = list(self._made("pk", self._of, self.field))
        stored = {info.name for info in self._storage.list_names(self._folder)} if rows else set()
        for pk, picture, value in rows:
            if not {name for _, name in value["files"]} - {picture} <= stored:
                self._rows().filter(pk=pk, **{self._of: picture}).update(**{self.field: None})

    def _remove_unused(self) -> int:
        """Rows are read after the files were seen: all that was made is known."""
        limit = timezone.now() - MIN_AGE
        old = [
            info.name for info in self._storage.list_names(self._folder) if info.modified < limit
        ]
        unused = set(old) - set(self._used()) if old else set()
        self._storage.delete_many(sorted(unused))
        return len(unused)

    @property
    def _of(self) -> str:
        field: Any = self.model._meta.get_field(self.field)
        return str(field.of)

    @property
    def _picture(self) -> ImageField:
        field = self.model._meta.get_field(self._of)
        assert isinstance(field, ImageField)
        return field

    @property
    def _storage(self) -> Any:
        return self._picture.storage

    @property
    def _folder(self) -> str:
        return f"{self._picture.upload_to}/renditions/"

    def _rows(self) -> "models.QuerySet[Any]":
        return self.model._default_manager.all()

    def _made(self, *columns: str) -> Iterator[Any]:
        rows = self._rows().filter(**{f"{self.field}__isnull": False})
        return rows.order_by().values_list(*columns).iterator(2000)

    def _used(self) -> Iterator[str]:
        for (value,) in self._made(self.field):
            yield from (name for _, name in value["files"])

    def _make(self, name: str) -> list[tuple[int, str]]:
        data = self._read(name)
        if data is None:
            return []
        digest = hashlib.sha256(name.encode() + b"\0" + data).hexdigest()[:32]
        return [
            (width, name if file is None else self._store(f"{digest}-{width}.webp", file))
            for width, file in pictures.resize(data, self.widths).items()
        ]

    def _read(self, name: str) -> bytes | None:
        """At most a byte more than is accepted; None for a file that is gone."""
        if not self._storage.exists(name):
            logger.warning("the picture %s is missing", name)
            return None
        with self._storage.open(name) as file:
            data: bytes = file.read(settings.IMAGE_MAX_BYTES + 1)
        return data

    def _store(self, name: str, data: bytes) -> str:
        """A run that was killed may have left the file, or half of it."""
        path = f"{self._folder}{name}"
        if self._storage.exists(path):
            if self._storage.size(path) == len(data):
                return path
            self._storage.delete(path)
        stored: str = self._storage.save(path, ContentFile(data))
        return stored
