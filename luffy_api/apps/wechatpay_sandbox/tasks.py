from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.wechatpay_sandbox.delivery import deliver_due


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def deliver_wechat_sandbox_notifications() -> None:
    """Every minute: repeat notifications that were not answered with 200 or 204."""
    deliver_due()
