"""The only place where rows of this app are locked.

Databases without row locks (SQLite) have one writer at a time instead.
"""

from luffy_api.apps.wechatpay_sandbox.models import WechatTrade


def lock_trade(trade: WechatTrade) -> None:
    """Lock the trade's row until the transaction ends, so that refunds of it run one by one."""
    WechatTrade.objects.select_for_update().get(pk=trade.pk)
