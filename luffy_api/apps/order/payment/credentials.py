"""The keys of the payment providers now in force."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def alipay_values() -> Mapping[str, Any]:
    """The values that `libs.alipay_v1` reads."""
    values: dict[str, Any] = settings.ALIPAY
    return values
