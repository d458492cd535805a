"""System checks of the payment settings: `manage.py check --tag payment --deploy`."""

from typing import Any

from django.core.checks import CheckMessage, register

from luffy_api.apps.order.payment import gateway

TAG = "payment"


@register(TAG, deploy=True)
def check_payment_settings(**kwargs: Any) -> list[CheckMessage]:
    """Check the settings of every payment provider, without the network."""
    return list(gateway.check_settings())
