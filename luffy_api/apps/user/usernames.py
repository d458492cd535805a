"""The normal form of user names, by which they are compared and unique."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from luffy_api.apps.user import mobiles

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


def validate_no_mobile(name: str) -> None:
    """Raises ValidationError for a name that a login would read as a mobile number.

    Such as `1３800000001` or `138-0000-0001`: its owner could never log in by it.
    """
    is_number = re.fullmatch(r"1[0-9]{10}", normalize_username(name))
    if is_number or mobiles.is_mobile(name):
        raise ValidationError("用户名不能是手机号")


class NormalizedUsernameField(TextField):
    """Holds the normal form of the model's `username`, computed whenever a row is saved."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Ignores what was assigned to the field."""
        value = normalize_username(getattr(model_instance, "username"))  # noqa: B009
        setattr(model_instance, self.attname, value)
        return value
