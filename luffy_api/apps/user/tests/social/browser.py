"""A visitor's browser during a login by a provider."""

import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from rest_framework.test import APIClient

from luffy_api.apps.user.tests.conftest import post


@dataclass
class Browser:
    """Has a secret of its own; `client` may have a token."""

    client: APIClient = field(default_factory=APIClient)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def begin(self, *, provider="wechat", device="desktop", path="social/authorize/", **proof):
        """The answer to a begun login."""
        body = {"provider": provider, "device": device, "browser_key": self.key}
        return post(self.client, path, **body, **proof)

    def state(self, **how) -> str:
        """That of a begun login."""
        answer = self.begin(**how)
        assert answer.status_code == 200, answer.json()
        return state_in(answer.json()["data"]["authorize_url"])

    def arrive(self, code, *, state=None, provider="wechat", path="social/login/", **how):
        """Back from the provider with a code."""
        state = self.state(provider=provider, **how) if state is None else state
        body = {"provider": provider, "code": code, "state": state, "browser_key": self.key}
        return post(self.client, path, **body)

    def ticket(self, code, **how) -> str:
        """That of somebody who has no account yet."""
        data = self.arrive(code, **how).json()["data"]
        assert data["session"] is None
        return data["binding"]["ticket"]

    def bind(self, ticket, mobile, code, **more):
        """The ticket and a mobile with its code."""
        body = {"ticket": ticket, "browser_key": self.key, "mobile": mobile, "code": code}
        return post(self.client, "social/bind/", **body, **more)


def state_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]
