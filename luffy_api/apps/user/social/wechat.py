"""WeChat: a QR code on a computer, and a question of WeChat inside its own browser.

A phone's browser outside of WeChat is not offered it: nobody scans the screen they look at.
"""

from django.conf import settings

from luffy_api.apps.user.exceptions import LoginUnavailable, SnapshotRefused, SocialLoginExpired
from luffy_api.apps.user.models import SocialAccount
from luffy_api.apps.user.social.interface import Device, Identity
from luffy_api.libs import wechat_oauth


class WechatLogin:
    """The apps of `settings.WECHAT_LOGIN`."""

    provider = SocialAccount.Provider.WECHAT

    def devices(self) -> list[Device]:
        """Those for which an app is configured."""
        return [Device(device) for device in settings.WECHAT_LOGIN]

    def authorize_url(self, *, device: Device, redirect_uri: str, state: str) -> str:
        """The page with the QR code, or the question inside WeChat."""
        return wechat_oauth.authorize_url(redirect_uri=redirect_uri, state=state, app=_app(device))

    def fetch_identity(self, *, device: Device, code: str) -> Identity:
        """Openid, and unionid where the app is bound to an account of the open platform.

        Raises SnapshotRefused for the virtual account of a page snapshot. The token by which WeChat
        would tell name and picture is thrown away.
        """
        app = _app(device)
        try:
            visitor = wechat_oauth.fetch_visitor(code, app=app)
        except wechat_oauth.SnapshotVisitor as error:
            raise SnapshotRefused from error
        except wechat_oauth.CodeRejected as error:
            raise SocialLoginExpired from error
        except wechat_oauth.OAuthUnavailable as error:
            raise LoginUnavailable(str(self.provider.label)) from error
        return Identity(self.provider, app.app_id, visitor.openid, visitor.unionid)


def _app(device: Device) -> wechat_oauth.OAuthApp:
    values = settings.WECHAT_LOGIN[device]
    return wechat_oauth.OAuthApp(
        authorize_url=values["AUTHORIZE_URL"],
        token_url=values["TOKEN_URL"],
        app_id=values["APP_ID"],
        app_secret=values["APP_SECRET"],
        scope=values["SCOPE"],
    )
