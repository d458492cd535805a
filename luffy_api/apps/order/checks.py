"""System checks of the payment settings.

`manage.py check --tag payment --deploy --database default`; without `--database` what stands in the
database is left out.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import Error as DatabaseFault

from luffy_api.apps.order.exceptions import GatewayUnavailable
from luffy_api.apps.order.models import PaymentCredential
from luffy_api.apps.order.payment import credential_entry, credentials, gateway
from luffy_api.common import encryption

TAG = "payment"
SEPARATELY = (
    "支付密钥可能保存在数据库里，这里没有核对：请运行 manage.py check_payment，"
    "或加上 --database default。"
)
AWAY = "数据库连接不上，保存在里面的支付密钥没有核对。"
UNUSED = (
    "数据库里保存着 {count} 项支付密钥，但没有设置 KEY_ENCRYPTION_KEY，它们不起作用："
    "请设置保存时用的那一把密钥。"
)
UNREADABLE = (
    "数据库里的 {row} 无法解密，这种支付方式暂停使用：KEY_ENCRYPTION_KEY 里没有保存它时用的密钥。"
    "请补上那一把，或在后台“支付设置”里重新填写。"
)
OLD = (
    "数据库里有 {count} 项支付密钥还用旧的密钥加密：请运行 manage.py rotate_encryption_key，"
    "然后才能从 KEY_ENCRYPTION_KEY 里去掉旧的。"
)


@register(TAG, deploy=True)
def check_payment_settings(**kwargs: Any) -> list[CheckMessage]:
    """Check the settings of every provider, without network or database."""
    if encryption.is_enabled():
        return [Info(SEPARATELY, id="payment.I041")] if not kwargs.get("databases") else []
    return list(gateway.check_settings())


@register(TAG, Tags.database, deploy=True)
def check_stored_credentials(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check what the database holds, together with the settings; nothing before `migrate`."""
    if not databases:
        return []
    try:
        if not credentials.table_exists():
            return []
        return _check_stored()
    except (DatabaseFault, GatewayUnavailable):
        # Without a key nothing of it is used.
        return [Error(AWAY, id="payment.E041")] if encryption.is_enabled() else []


def _check_stored() -> list[CheckMessage]:
    if not encryption.is_enabled():
        count = PaymentCredential.objects.count()
        return [Warning(UNUSED.format(count=count), id="payment.W041")] if count else []
    if unreadable := credentials.unreadable_rows():
        return [Error(UNREADABLE.format(row=row), id="payment.E042") for row in unreadable]
    messages = list(gateway.check_settings())
    if count := credential_entry.count_old():
        messages.append(Warning(OLD.format(count=count), id="payment.W042"))
    return messages
