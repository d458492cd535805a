import socket
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from luffy_api.libs.alipay_v1 import (
    AlipayRefused,
    AlipayUnknown,
    BillInvalid,
    BillNotFound,
    download_bill,
)
from luffy_api.libs.alipay_v1 import bill as bills
from luffy_api.libs.alipay_v1.tests.bills import DAY, bill, row
from luffy_api.libs.alipay_v1.tests.conftest import listening
from luffy_api.libs.alipay_v1.tests.signer import answer

PATH = "/download?fileId=1&downloadFileName=bill.csv.zip"


@pytest.fixture
def offer(gateway, alipay):
    """offer(url): the gateway names this address; without one, its own with a bill."""

    def at(url: str = "") -> None:
        url = url or f"http://127.0.0.1:{gateway.server_port}{PATH}"
        gateway.reply = answer(
            bills.METHOD, alipay.alipay_private, code="10000", bill_download_url=url
        )

    gateway.files[PATH] = bill(row())
    at()
    return at


def test_the_bill_of_a_day_is_asked_for_and_downloaded(gateway, offer):
    (line,) = download_bill(day=DAY)

    assert line.trade_no == "2026030122001400000000000001"
    asked = parse_qs(urlsplit(gateway.asked[0]).query)
    assert asked["method"] == ["alipay.data.dataservice.bill.downloadurl.query"]
    assert asked["biz_content"] == ['{"bill_type":"trade","bill_date":"2026-03-01"}']
    assert gateway.asked[1:] == [PATH]


def test_an_address_that_is_not_signed_by_alipay_is_not_opened(gateway, alipay, offer):
    gateway.reply = answer(
        bills.METHOD,
        alipay.app_private,
        code="10000",
        bill_download_url=f"http://127.0.0.1:{gateway.server_port}{PATH}",
    )

    with pytest.raises(AlipayUnknown):
        list(download_bill(day=DAY))
    assert len(gateway.asked) == 1


@pytest.mark.parametrize("code", ["isp.bill_not_exist", "isv.bill-not-exist", "BILL_NOT_EXIST"])
def test_a_bill_that_is_not_there(gateway, alipay, code):
    refusal = {"code": "40004", "msg": "Business Failed", "sub_code": code}
    gateway.reply = answer(bills.METHOD, alipay.alipay_private, **refusal)

    with pytest.raises(BillNotFound):
        list(download_bill(day=DAY))


@pytest.mark.parametrize(
    ("node", "error"),
    [
        ({"code": "40004", "sub_code": "isv.invalid_arguments"}, AlipayRefused),
        ({"code": "40006", "sub_code": "isv.insufficient-isv-permissions"}, AlipayUnknown),
        ({"code": "20000", "sub_code": "isp.unknow-error"}, AlipayUnknown),
        ({"code": "10000"}, BillInvalid),
    ],
)
def test_other_answers(gateway, alipay, node, error):
    gateway.reply = answer(bills.METHOD, alipay.alipay_private, **node)

    with pytest.raises(error):
        list(download_bill(day=DAY))


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://alipay.com.evil.example/bill.zip",
        "https://evilalipay.com/bill.zip",
        "https://alipay.com@evil.example/bill.zip",
        "https://evil.example@dwbillcenter.alipay.com/bill.zip",
        "http://127.0.0.1:1/bill.zip",
        "file:///etc/passwd",
        "ftp://dwbillcenter.alipay.com/bill.zip",
        "http://[::1",
        "//dwbillcenter.alipay.com/bill.zip",
        "bill.zip",
    ],
)
def test_a_bill_is_fetched_from_alipay_only(offer, url):
    offer(url)

    with pytest.raises(BillInvalid, match="foreign address"):
        list(download_bill(day=DAY))


def test_a_redirect_to_a_foreign_address_is_not_followed(gateway, offer):
    with listening() as elsewhere:
        gateway.headers = {"Location": f"http://127.0.0.1:{elsewhere.server_port}{PATH}"}
        gateway.status_of = {PATH: 302}

        with pytest.raises(BillInvalid, match="foreign address"):
            list(download_bill(day=DAY))
        assert elsewhere.asked == []


def test_a_redirect_within_the_gateway_is_followed(gateway, offer):
    gateway.headers = {"Location": "/moved"}
    gateway.status_of = {PATH: 302}
    gateway.files["/moved"] = bill(row())

    assert len(list(download_bill(day=DAY))) == 1


def test_a_file_that_never_ends_is_given_up(monkeypatch, offer):
    monkeypatch.setattr(bills, "MAX_BILL_BYTES", 100)

    with pytest.raises(BillInvalid, match="too large"):
        list(download_bill(day=DAY))


def test_a_file_that_drips_is_given_up(monkeypatch, offer):
    monkeypatch.setattr(bills, "MAX_SECONDS", -1.0)

    with pytest.raises(AlipayUnknown, match="slowly"):
        list(download_bill(day=DAY))


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_of_the_download_means_unknown(gateway, offer, status):
    gateway.status_of = {PATH: status}

    with pytest.raises(AlipayUnknown, match="cannot be fetched"):
        list(download_bill(day=DAY))


def test_a_download_that_breaks_off_means_unknown(settings, gateway, alipay, offer):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve() -> None:
            for reply in (None, b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nPK"):
                line, _ = server.accept()
                with line:
                    line.recv(65536)
                    line.sendall(reply or signed)

        url = f"http://127.0.0.1:{port}/x"
        node = answer(bills.METHOD, alipay.alipay_private, code="10000", bill_download_url=url)
        signed = b"HTTP/1.0 200 OK\r\n\r\n" + node
        settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": f"http://127.0.0.1:{port}/gateway.do"}
        Thread(target=serve, daemon=True).start()

        with pytest.raises((AlipayUnknown, BillInvalid)):
            list(download_bill(day=DAY))
