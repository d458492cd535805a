"""The normal form of user names, by which they are compared and unique."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    TextField = models.CharField[str, str]
else:
    TextField = models.CharField


def normalize_username(name: str) -> str:
    """Strips blanks, case, width and combining marks: `Ｊosé` and `JOSE` both give `jose`.

    Done in Python, because databases compare differently (SQLite folds ASCII only, MariaDB by its
    collation).
    """
    letters = unicodedata.normalize("NFKD", name.strip()).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", bare)


class NormalizedUsernameField(TextField):
    """Holds the normal form of the model's `username`, computed whenever a row is saved."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Ignores what was assigned to the field."""
        value = normalize_username(getattr(model_instance, "username"))  # noqa: B009
        setattr(model_instance, self.attname, value)
        return value
