"""The half of the checks that uses the network."""

from collections.abc import Iterator

from django.core.checks import CheckMessage

from luffy_api.libs.alipay_v1.checks.certificates import check_credentials
from luffy_api.libs.alipay_v1.checks.gateway import check_gateway
from luffy_api.libs.alipay_v1.checks.notify_url import check_endpoint, check_url
from luffy_api.libs.alipay_v1.settings import DEFAULT_TIMEOUT_SECONDS, alipay_values, read_config


def check_connection(*, notify_path: str, development: bool) -> Iterator[CheckMessage]:
    """Query the gateway, then post a forged notification to the shop.

    Arguments as for `check_settings`. What has an error there already is left out here.
    """
    values = alipay_values()
    keys = check_credentials(values)
    if keys.readable and values.get("APP_ID"):
        yield from check_gateway(read_config(values), own_key=keys.own)
    url = values["NOTIFY_URL"]
    if any(check_url(url, path=notify_path, development=development)):
        return
    timeout = float(values.get("TIMEOUT", DEFAULT_TIMEOUT_SECONDS))
    yield from check_endpoint(url, timeout=timeout, development=development)
