"""Serializer fields shared by the apps."""

from typing import Any

from rest_framework import serializers


class PasswordField(serializers.CharField):
    """Not stripped, write only; the maximum length limits the cost of hashing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, trim_whitespace=False, write_only=True, **kwargs)
        self.style["input_type"] = "password"


class IdField(serializers.IntegerField):
    """A primary key in a request: 1 to the largest BIGINT."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)
