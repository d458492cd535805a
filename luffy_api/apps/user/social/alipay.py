"""Alipay: a page with a QR code on a computer, and Alipay's app on a phone where that is turned on.

The app is that of the payments. Not inside WeChat, where Alipay's pages do not open.
"""

from django.conf import settings

from luffy_api.apps.user.exceptions import LoginUnavailable, SocialLoginExpired
from luffy_api.apps.user.models import SocialAccount
from luffy_api.apps.user.social.interface import Device, Identity
from luffy_api.libs import alipay_v1


class AlipayLogin:
    """The page of `settings.ALIPAY_LOGIN`, and the keys of the payments (order registers them)."""

    provider = SocialAccount.Provider.ALIPAY

    def devices(self) -> list[Device]:
        """Computers; phones where ALIPAY_LOGIN_PHONES says so; never WeChat's browser."""
        return [Device(device) for device in settings.ALIPAY_LOGIN.get("DEVICES", [])]

    def authorize_url(self, *, device: Device, redirect_uri: str, state: str) -> str:
        """The same page on every device."""
        page = settings.ALIPAY_LOGIN["AUTHORIZE_URL"]
        try:
            return alipay_v1.authorize_url(page, redirect_uri=redirect_uri, state=state)
        except alipay_v1.AlipayUnknown as error:
            raise LoginUnavailable(str(self.provider.label)) from error

    def fetch_identity(self, *, device: Device, code: str) -> Identity:
        """By open_id, or the user_id of an app that has none."""
        try:
            member = alipay_v1.exchange_code(code)
        except alipay_v1.AlipayCodeRejected as error:
            raise SocialLoginExpired from error
        except alipay_v1.AlipayUnknown as error:
            raise LoginUnavailable(str(self.provider.label)) from error
        openid = member.open_id or member.user_id
        former = member.user_id if member.open_id else ""
        return Identity(self.provider, member.app_id, openid, member.union_id, former)
