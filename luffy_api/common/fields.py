"""Serializer fields shared by the apps."""

from typing import Any

from rest_framework import serializers

from luffy_api.common.readable_text import UNREADABLE, has_something_to_read


class PasswordField(serializers.CharField):
    """Not stripped, write only; the maximum length limits the cost of hashing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, trim_whitespace=False, write_only=True, **kwargs)
        self.style["input_type"] = "password"


class IdField(serializers.IntegerField):
    """A primary key in a request: 1 to the largest BIGINT."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class ReadableField(serializers.CharField):
    """A text that says something; with `allow_blank` one that nobody can see is a blank one."""

    default_error_messages = {"unreadable": UNREADABLE}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Hook of DRF: what no database takes is refused before."""
        text = super().run_validation(data)
        if not text or has_something_to_read(text):
            return text
        if not self.allow_blank:
            self.fail("unreadable")
        return ""
