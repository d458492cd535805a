"""All checks, one after the other."""

from collections.abc import Iterator

from django.conf import settings

from luffy_api.libs.alipay_v1.diagnosis.address import check_address
from luffy_api.libs.alipay_v1.diagnosis.findings import Finding, good
from luffy_api.libs.alipay_v1.diagnosis.gateway import check_gateway
from luffy_api.libs.alipay_v1.diagnosis.keys import check_keys, check_seller
from luffy_api.libs.alipay_v1.settings import DEFAULT_TIMEOUT_SECONDS, alipay_config

LOCAL = (
    "ALIPAY_GATEWAY=local:检查的是开发用的本地网关(密钥、网关、通知地址),它不收真钱,"
    "要先用 ./scripts/start 启动;开店前请换成 sandbox 或 production 再检查。"
)


def diagnose(*, notify_path: str, development: bool) -> Iterator[Finding]:
    """Look at `settings.ALIPAY` and yield one finding for each thing that was looked at.

    `notify_path` is where the shop listens for notifications; `development` says that the gateway
    is the local one. Waits for the network: for the gateway, then for our own front door.
    """
    values = settings.ALIPAY
    if development:
        yield good(LOCAL)
    report = check_keys(values)
    yield from report.findings
    yield check_seller(values)
    if report.readable:
        yield from check_gateway(alipay_config(), own_key=report.own)
    yield from check_address(
        values["NOTIFY_URL"],
        path=notify_path,
        timeout=float(values.get("TIMEOUT", DEFAULT_TIMEOUT_SECONDS)),
        development=development,
    )
