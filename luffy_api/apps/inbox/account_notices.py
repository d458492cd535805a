"""Tells students what logs in to their account, so that they hear of what was not their doing."""

from uuid import uuid4

from luffy_api.apps.inbox.models import Kind
from luffy_api.apps.inbox.notifications import Notice, notify
from luffy_api.apps.user.social.changes import Change

CONNECTED = "您的账号已绑定{provider}，以后可以用{provider}登录。"
DISCONNECTED = "您的账号已解除{provider}绑定，不能再用{provider}登录。"
DROPPED = (
    "您的两个账号已经合并，被并入的账号绑定的{provider}不能再登录；"
    "请用保留的账号绑定的{provider}登录。"
)
WARNING = "如果不是您本人的操作，请立即修改密码并联系客服。"
BY_STAFF = "这项操作由学校的工作人员完成，如有疑问请联系客服。"


def tell(change: Change) -> None:
    """Tell the owner in the transaction of the change, which happens once."""
    provider = str(change.provider.label)
    event = "绑定" if change.is_connected else "解除绑定"
    if change.is_dropped:
        # A text message may say little more than this; the account's own login stays.
        event = "停用另一个"
    title = f"已绑定{provider}" if change.is_connected else f"已解除{provider}绑定"
    gone = DROPPED if change.is_dropped else DISCONNECTED
    text = (CONNECTED if change.is_connected else gone).format(provider=provider)
    notify(
        Notice(
            user_id=change.user_id,
            kind=Kind.ACCOUNT,
            title=title,
            text=text + (BY_STAFF if change.by_staff else WARNING),
            link="/user/profile",
            parameters={"provider": provider, "event": event},
            submission=uuid4(),
        )
    )
