from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.alipay_sandbox.delivery import deliver_due


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def deliver_sandbox_notifications() -> None:
    """Repeat what the merchant has not answered with `success` yet."""
    deliver_due()
