"""The login providers; another one is a module beside `wechat` and a line here."""

from luffy_api.apps.user.exceptions import LoginNotOffered
from luffy_api.apps.user.social.alipay import AlipayLogin
from luffy_api.apps.user.social.interface import Device, LoginProvider
from luffy_api.apps.user.social.wechat import WechatLogin

_PROVIDERS: list[LoginProvider] = [WechatLogin(), AlipayLogin()]


def offered() -> dict[LoginProvider, list[Device]]:
    """The providers that are configured, with the devices on which each is. No query."""
    devices = {provider: provider.devices() for provider in _PROVIDERS}
    return {provider: where for provider, where in devices.items() if where}


def find(name: str, device: Device) -> LoginProvider:
    """The provider of that name. Raises LoginNotOffered where it is not configured."""
    for provider, devices in offered().items():
        if provider.provider == name and device in devices:
            return provider
    raise LoginNotOffered
