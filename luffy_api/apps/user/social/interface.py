"""What a login provider is for the rest of the app."""

from dataclasses import dataclass
from typing import Protocol

from django.db.models import TextChoices

from luffy_api.apps.user.models import SocialAccount


class Device(TextChoices):
    """Where a visitor logs in."""

    DESKTOP = "desktop", "电脑"
    PHONE = "phone", "手机浏览器"
    WECHAT = "wechat", "微信内"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as a provider knows them at one of our apps.

    `unionid` is "" where the provider does not tell it. `former_openid` is what the provider called
    the same person before it changed to other ids.
    """

    provider: SocialAccount.Provider
    app_id: str
    openid: str
    unionid: str = ""
    former_openid: str = ""

    @property
    def openids(self) -> list[str]:
        """Every name that the person may be known by at this app."""
        return [name for name in (self.openid, self.former_openid) if name]


class LoginProvider(Protocol):
    """A module of this package implements it; `registry` lists the providers."""

    provider: SocialAccount.Provider

    def devices(self) -> list[Device]:
        """Where it is configured; [] turns it off. Without network or database."""

    def authorize_url(self, *, device: Device, redirect_uri: str, state: str) -> str:
        """Where to send the visitor, who comes back to `redirect_uri` with a code and the state.

        `state` is at most 100 letters and digits. Raises LoginUnavailable.
        """

    def fetch_identity(self, *, device: Device, code: str) -> Identity:
        """Exchange the code, which is good once, for the person.

        Raises SocialLoginExpired for a code that is wrong, used or too old, and LoginUnavailable
        without a usable answer. Waits for the network: never in a transaction.
        """
