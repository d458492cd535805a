from threading import Thread

import pytest

from luffy_api.apps.user.tests.social.browser import Browser
from luffy_api.apps.user.tests.social.fake_wechat import FakeWechat


@pytest.fixture
def wechat(settings):
    """WeChat on a port of its own, at which the shop's two apps exchange their codes."""
    server = FakeWechat(settings.WECHAT_LOGIN)
    settings.WECHAT_LOGIN = {
        device: {**app, "TOKEN_URL": server.token_url}
        for device, app in settings.WECHAT_LOGIN.items()
    }
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser():
    return Browser()
