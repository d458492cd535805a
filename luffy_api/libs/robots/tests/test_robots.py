"""A text reaches the robot of each kind, and whatever it answers is understood."""

import socket

import pytest

from luffy_api.libs import robots
from luffy_api.libs.robots.tests.fake_robots import ADDRESSES, FakeRobots

TEXT = "[Luffy] 磁盘空间不足\n只剩 3 MB"


@pytest.fixture
def fake():
    with FakeRobots().serving() as served:
        yield served


@pytest.fixture(params=sorted(robots.KINDS))
def kind(request) -> str:
    return request.param


def send(fake: FakeRobots, kind: str, text: str = TEXT, **options: str) -> None:
    robots.send_text(f"{fake.url}{ADDRESSES[kind]}", text, kind=kind, **options)


def test_a_text_arrives_as_it_is(fake, kind):
    send(fake, kind)

    assert fake.texts == [TEXT]


@pytest.mark.parametrize("text", ["告警" * 9000, "🙂" * 9000, "x" * 40_000])
def test_a_long_text_is_cut_between_two_characters(fake, kind, text):
    send(fake, kind, text)

    (got,) = fake.texts
    assert len(got.encode()) <= robots.MAX_BYTES[kind]
    assert text.startswith(got.removesuffix("…"))
    assert len(got.encode()) > robots.MAX_BYTES[kind] - 8


@pytest.mark.parametrize("kind", sorted(robots.SIGNED))
def test_a_robot_that_demands_a_signature_gets_it(fake, kind):
    fake.secret = "SEC0123456789abcdef+/="

    send(fake, kind, secret=fake.secret)
    with pytest.raises(robots.RobotError, match=r"310000|19021"):
        send(fake, kind, secret="another")

    assert fake.texts == [TEXT]


REFUSALS = {
    "keyword": {
        "dingtalk": b'{"errcode":310000,"errmsg":"keywords not in content"}',
        "wecom": b'{"errcode":93000,"errmsg":"invalid webhook url"}',
        "feishu": b'{"code":19024,"data":{},"msg":"Key Words Not Found"}',
    },
    "too often": {
        "dingtalk": b'{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}',
        "wecom": b'{"errcode":45009,"errmsg":"api freq out of limit"}',
        "feishu": b'{"code":11232,"data":{},"msg":"frequency limited psm"}',
    },
}


@pytest.mark.parametrize("why", REFUSALS)
def test_a_refusal_with_status_200_is_a_failure(fake, kind, why):
    fake.answers = [(200, REFUSALS[why][kind])]

    with pytest.raises(robots.RobotError, match=r"^\d+: "):
        send(fake, kind)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"errcode":0,"code":0}'),
        (302, b""),
        (200, b"<html>captive portal</html>"),
        (200, b""),
        (200, b"[]"),
        (200, b'{"ok":true}'),
        (200, b'{"errcode":null,"code":null}'),
        (200, b"\xff\xfe"),
    ],
)
def test_an_answer_of_something_else_is_a_failure(fake, kind, status, body):
    fake.answers = [(status, body)]

    with pytest.raises(robots.RobotError) as caught:
        send(fake, kind)

    assert "secret-token" not in str(caught.value)
    assert fake.asked == 1


def test_a_server_that_is_away_or_mute_is_a_failure(kind):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}{ADDRESSES[kind]}"
        with pytest.raises(robots.RobotError, match=r"Timeout|URLError"):
            robots.send_text(url, TEXT, kind=kind, timeout=0.2)
    with pytest.raises(robots.RobotError, match="URLError"):
        robots.send_text(url, TEXT, kind=kind, timeout=0.2)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://oapi.dingtalk.com/robot/send?access_token=x", "dingtalk"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", "wecom"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/x", "feishu"),
        ("https://chat.example/hook", None),
        ("https://oapi.dingtalk.com.evil.example/robot/send", None),
        ("", None),
    ],
)
def test_the_host_tells_the_kind(url, kind):
    assert robots.kind_of(url) == kind
