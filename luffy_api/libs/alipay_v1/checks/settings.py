"""The half of the checks that needs no network."""

from collections.abc import Iterator

from django.core.checks import CheckMessage

from luffy_api.libs.alipay_v1.checks.certificates import check_credentials
from luffy_api.libs.alipay_v1.checks.keys import check_seller
from luffy_api.libs.alipay_v1.checks.notify_url import check_url
from luffy_api.libs.alipay_v1.settings import alipay_values
from luffy_api.libs.payment_settings.messages import info

LOCAL = (
    "ALIPAY_GATEWAY=local：检查的是开发用的本地网关（密钥、网关、通知地址），它不收真钱，"
    "要先用 ./scripts/start 启动；开店前请换成 sandbox 或 production 再检查。"
)


def check_settings(*, notify_path: str, development: bool) -> Iterator[CheckMessage]:
    """Check keys, seller and notification URL: an Info for what is right, an Error otherwise.

    `notify_path` is the path of the shop's notification endpoint; `development` says that the
    gateway is the local one.
    """
    if development:
        yield info(1, LOCAL)
    values = alipay_values()
    yield from check_credentials(values).messages
    yield check_seller(values)
    yield from check_url(values["NOTIFY_URL"], path=notify_path, development=development)
