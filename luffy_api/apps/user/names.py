"""Names of accounts in the one spelling that tells whether two names are the same."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    TextField = models.CharField[str, str]
else:
    TextField = models.CharField


def fold(name: str) -> str:
    """`Ｊosé` and `JOSE` to `jose`: case, width and accents make no other name.

    The databases would fold differently (SQLite only ASCII, MariaDB by its collation), so it is
    done here once.
    """
    letters = unicodedata.normalize("NFKD", name.strip()).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", bare)


class FoldedNameField(TextField):
    """The folded `username`, written whenever a row is saved; unique, so it is the rule."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Never what somebody assigned."""
        value = fold(getattr(model_instance, "username"))  # noqa: B009
        setattr(model_instance, self.attname, value)
        return value
