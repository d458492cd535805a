"""Checks of the values in force as CheckMessages, for system checks and `check_payment`."""

from luffy_api.libs.alipay_v1.checks.certificates import check_given
from luffy_api.libs.alipay_v1.checks.connection import check_connection
from luffy_api.libs.alipay_v1.checks.settings import check_settings

__all__ = ["check_connection", "check_given", "check_settings"]
