"""Checks of the notification URL and its endpoint.

A public address cannot be served in a test, so requests to it go through a proxy of ours, as they
do in a school whose servers stand behind one.
"""

import socket

import pytest
from django.core.checks import ERROR

from luffy_api.libs.alipay_v1.checks.notify_url import check_endpoint, check_url
from luffy_api.libs.alipay_v1.tests.conftest import listening

PATH = "/api/v1/order/success/"
HOST = "www.luffycity.com"
HALF = (
    "从这台服务器向通知地址发送伪造的通知，被正确拒绝（failed）。这只证明了一半："
    "支付宝从公网访问，还须经过防火墙和域名备案，请用手机流量打开网站再确认一次。"
)


def look(url, *, development=False, timeout=2):
    """(errors, infos) about the form of the URL, then about its endpoint, as check_connection."""
    found = list(check_url(url, path=PATH, development=development))
    if not found:
        found = list(check_endpoint(url, timeout=timeout, development=development))
    return [f.msg for f in found if f.level >= ERROR], [f.msg for f in found if f.level < ERROR]


@pytest.fixture
def names(monkeypatch):
    """The world's DNS: addresses by name. Other names are asked for as always."""
    known = {HOST: ["120.26.1.1"]}
    ask = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if host in known:
            return [entry for text in known[host] for entry in ask(text, port, *args, **kwargs)]
        return ask(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known


@pytest.fixture
def shop(monkeypatch):
    """A shop on the internet, reached through the school's proxy."""
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    with listening() as server:
        server.reply = b"failed"
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
        yield server


def test_a_public_url(names, shop):
    url = f"http://{HOST}{PATH}"

    assert look(url) == ([], [f"通知地址 {url} 是公网可以访问的写法。", HALF])
    assert shop.asked == [url]
    assert shop.posted == [b"note=manage.py+check_payment"]


def test_another_port_is_mentioned(names, shop):
    url = f"http://{HOST}:8080{PATH}"

    assert look(url)[1][0] == (
        f"通知地址 {url} 是公网可以访问的写法（端口 8080 不是常用端口，防火墙须对公网放行）。"
    )


def test_a_public_ip_address_is_right(shop):
    assert look(f"http://120.26.1.1{PATH}")[0] == []


@pytest.mark.parametrize(
    "url",
    [
        *("", "shop", "ftp://www.luffycity.com/", "//www.luffycity.com/", "https:///x"),
        *(
            "http://[bad",
            "http://www.luffycity.com:99999/",
            "http://www.luffycity.com:0/",
            "mailto:x",
        ),
    ],
)
def test_an_invalid_url(url):
    assert look(url) == ([f"通知地址 {url!r} 不是 http 或 https 网址，请核对 PUBLIC_URL。"], [])


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.5", "192.168.1.10", "172.16.3.4", "169.254.1.1"),
        *("100.64.0.1", "0.0.0.9", "224.0.0.1", "255.255.255.255", "203.0.113.7"),
        *("[::1]", "[fe80::1]", "[fc00::1]", "[::]", "[::ffff:10.0.0.1]", "[ff02::1]"),
    ],
)
def test_a_private_ip_address(shop, host):
    assert look(f"https://{host}{PATH}") == (
        [
            f"通知地址里的 {host.strip('[]')} 是本机或内网地址，支付宝访问不到，"
            "请把 PUBLIC_URL 换成公网可以访问的网址。"
        ],
        [],
    )
    assert shop.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "school", "school.", "web.localhost", "school.local", "pay.lan"),
        *("school.internal", "example.com", "www.example.com", "school.test", "school.home.arpa"),
    ],
)
def test_a_private_host_name(shop, host):
    assert look(f"https://{host}{PATH}") == (
        [
            f"通知地址里的 {host} 不是公网域名，支付宝访问不到，"
            "请把 PUBLIC_URL 换成公网可以访问的网址。"
        ],
        [],
    )
    assert shop.asked == []


@pytest.mark.parametrize("addresses", [["192.168.1.10"], ["120.26.1.1", "192.168.1.10"]])
def test_a_public_name_that_resolves_to_a_private_address(names, shop, addresses):
    names[HOST] = addresses

    assert look(f"https://{HOST}{PATH}") == (
        [
            f"域名 {HOST} 在这里解析到 192.168.1.10，是本机或内网地址，"
            "支付宝访问不到，请检查 DNS 和 hosts 文件。"
        ],
        [],
    )
    assert shop.asked == []


@pytest.mark.parametrize("host", ["no-such-school.luffycity.invalid.cn", "a" * 64 + ".cn"])
def test_a_name_that_does_not_resolve(host):
    assert look(f"https://{host}{PATH}")[0] == [
        f"通知地址里的域名 {host} 无法解析，请检查拼写和 DNS。"
    ]


def test_each_error_of_the_form_is_named(names, shop):
    errors, infos = look(f"http://me:secret@{HOST}/shop/api/?a=1#b")

    assert errors == [
        "通知地址里不能有用户名和密码，请核对 PUBLIC_URL。",
        f"通知地址的路径应是 {PATH}，现在是 /shop/api/：PUBLIC_URL 只填到域名为止。",
        "通知地址后面不能带参数（? 或 # 之后的内容），请核对 PUBLIC_URL。",
    ]
    assert infos == []
    assert shop.asked == []


@pytest.mark.parametrize(
    ("status", "headers", "because"),
    [
        (301, {"Location": f"https://{HOST}{PATH}"}, f"它要求跳转到 https://{HOST}{PATH}"),
        (308, {"Location": "/login"}, "它要求跳转到 /login"),
        (404, {}, "它回答了 HTTP 404"),
        (403, {}, "它回答了 HTTP 403"),
        (502, {}, "它回答了 HTTP 502"),
    ],
)
def test_an_endpoint_that_answers_with_another_status(names, shop, status, headers, because):
    shop.status, shop.headers = status, headers
    url = f"http://{HOST}{PATH}"

    assert look(url)[0] == [
        f"从这台服务器访问通知地址 {url} 失败：{because}；支付宝要求它直接给出应答，不能跳转。"
    ]
    assert len(shop.asked) == 1


@pytest.mark.parametrize(
    ("status", "reply", "shown"),
    [
        (200, b"<!doctype html><title>Another site", "<!doctype html><title>Another site"),
        (200, b"success", "success"),
        (200, b'"failed"', '"failed"'),
        (200, b"failed\n", "failed "),
        (200, b"", ""),
        (201, b"failed", "failed"),
        (200, b"\xff\x1b[2J", "\ufffd [2J"),
    ],
)
def test_an_endpoint_of_another_site(names, shop, status, reply, shown):
    shop.status, shop.reply = status, reply

    assert look(f"http://{HOST}{PATH}")[0] == [
        f"通知地址应对伪造的通知回答 failed，实际回答是 {shown!r}："
        "PUBLIC_URL 可能指向了别的网站，或反向代理没有转发 /api/。"
    ]


def test_a_shop_that_is_not_running():
    url = f"http://127.0.0.1:9{PATH}"

    assert look(url, development=True)[0] == [
        f"从这台服务器访问通知地址 {url} 失败：对方拒绝连接，那个端口上没有服务；"
        "支付宝要求它直接给出应答，不能跳转。"
    ]


def test_a_silent_endpoint():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}{PATH}"

        (sentence,), _ = look(url, development=True, timeout=0.3)

    assert "0.3 秒内没有应答" in sentence


def test_in_development_a_local_address_is_right():
    with listening() as server:
        server.reply = b"failed"

        answer = look(f"http://127.0.0.1:{server.server_port}{PATH}", development=True)

    assert answer == ([], [HALF])
