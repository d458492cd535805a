"""From WECHAT_LOGIN_… to `settings.WECHAT_LOGIN`, from ALIPAY_LOGIN to `settings.ALIPAY_LOGIN`."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from luffy_api.settings import env

# The website of the open platform, and the official account: variables, where visitors go, scope.
# For snsapi_base WeChat tells no unionid.
WEBSITE = ("WECHAT_LOGIN", "connect/qrconnect", "snsapi_login")
OFFICIAL_ACCOUNT = ("WECHAT_LOGIN_MP", "connect/oauth2/authorize", "snsapi_userinfo")
APPS = {"desktop": WEBSITE, "wechat": OFFICIAL_ACCOUNT}
OPEN_PLATFORM = "https://open.weixin.qq.com"
ALIPAY_PAGES = {
    "production": "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm",
    "sandbox": "https://openauth-sandbox.dl.alipaydev.com/oauth2/publicAppAuthorize.htm",
}
TOKEN_URL = "https://api.weixin.qq.com/sns/oauth2/access_token"  # noqa: S105


def wechat() -> dict[str, dict[str, str]]:
    """The app of each device for which one is configured; {} turns the login off."""
    given = {device: _given(variables) for device, (variables, _, _) in APPS.items()}
    return {
        device: _app(device, OPEN_PLATFORM, TOKEN_URL, *identity)
        for device, identity in given.items()
        if identity
    }


def wechat_local(gateway: dict[str, Any], sandbox: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The two apps of the local gateway."""
    base = gateway["GATEWAY_URL"]
    identities = {
        "desktop": (sandbox["LOGIN_APP_ID"], sandbox["LOGIN_APP_SECRET"]),
        "wechat": (sandbox["APP_ID"], sandbox["APP_SECRET"]),
    }
    return {
        device: _app(device, base, gateway["TOKEN_URL"], *identity)
        for device, identity in identities.items()
    }


def alipay(gateway: str, public_url: str) -> dict[str, Any]:
    """Where visitors go, and from which devices; {} when it is off.

    The keys are those of the payments. `gateway` is ALIPAY_GATEWAY; the local one is on unless it
    is turned off.
    """
    if not env.boolean("ALIPAY_LOGIN", gateway == "local"):
        return {}
    if gateway != "local" and gateway not in ALIPAY_PAGES:
        raise ImproperlyConfigured("ALIPAY_LOGIN needs ALIPAY_GATEWAY=production or sandbox.")
    local = f"{public_url}/alipay/oauth2/publicAppAuthorize.htm"
    has_phones = env.boolean("ALIPAY_LOGIN_PHONES", default=False)
    return {
        "AUTHORIZE_URL": ALIPAY_PAGES.get(gateway, local),
        "DEVICES": ["desktop", "phone"] if has_phones else ["desktop"],
    }


def _app(device: str, base: str, token_url: str, app_id: str, secret: str) -> dict[str, str]:
    _, path, scope = APPS[device]
    return {
        "AUTHORIZE_URL": f"{base}/{path}",
        "TOKEN_URL": token_url,
        "APP_ID": app_id,
        "APP_SECRET": secret,
        "SCOPE": scope,
    }


def _given(variables: str) -> tuple[str, str] | None:
    identity = env.text(f"{variables}_APP_ID", ""), env.secret(f"{variables}_APP_SECRET", "")
    if any(identity) and not all(identity):
        raise ImproperlyConfigured(
            f"Set {variables}_APP_ID and {variables}_APP_SECRET together, or neither."
        )
    return identity if all(identity) else None
