"""A fake gateway that speaks WeChat Pay's protocol (API v3)."""

import gzip
import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from Cryptodome.Hash import SHA256
from Cryptodome.Signature import pkcs1_15
from django.conf import settings
from django.utils import timezone

from luffy_api.libs.wechatpay_v3.tests import signer
from luffy_api.tests import peers
from luffy_api.tests.fake_gateway import (
    CLOSED,
    FINISHED,
    PAID,
    WAITING,
    FakeGateway,
    GatewayHandler,
    Notice,
    Reply,
    Trade,
    public_key,
)
from luffy_api.tests.peers import RefundFacts

ORDER = re.compile(r"/v3/pay/transactions/(native|h5|jsapi)")
TRADE = re.compile(r"/v3/pay/transactions/out-trade-no/([^/?]+)(/close)?")
REFUND = re.compile(r"/v3/refund/domestic/refunds(?:/(.+))?")
BILL, BILL_FILE = "/v3/bill/tradebill", "/v3/billdownload/file"
FIELD = re.compile(r'([a-z_]+)="([^"]*)"')
STATUSES = {WAITING: "NOTPAY", PAID: "SUCCESS", FINISHED: "SUCCESS", CLOSED: "CLOSED"}
COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率"
)
TOTALS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
Values = dict[str, Any]
Said = tuple[int, Values]


class FakeWechatPay(FakeGateway):
    """WeChat Pay for the merchant in the settings. A refund is PROCESSING in its first answer."""

    peer = peers.WECHATPAY
    status_when_refunded = PAID

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.private = settings.WECHATPAY_SANDBOX["PRIVATE_KEY"]
        self.merchant_private = settings.WECHATPAY["PRIVATE_KEY"]
        self.merchant_key = public_key(self.merchant_private)
        self.serial_no = settings.WECHATPAY["PUBLIC_KEY_ID"]

    def reset(self) -> None:
        """Delete all trades."""
        super().reset()
        self.refund_status = "SUCCESS"  # what queries about refunds answer

    def settings(self) -> dict[str, Any]:
        """What is to change in the merchant's `settings.WECHATPAY`."""
        return {"GATEWAY_URL": self.url, "TIMEOUT": 5}

    def notice(self, key: str, **changes: Any) -> Notice | None:
        """About the payment, or about the newest refund. Nothing is posted of other states."""
        trade = self.trades[key]
        if not trade.paid_at:
            return None
        if trade.refunds:
            return self._refund_notice(key, next(reversed(trade.refunds)))
        told = {"attach": trade.reference or None, **changes}
        body = self.peer.event(self.facts(trade), **told)
        return Notice(key, self.peer.message(body), proves_payment=True)

    def notices(self, key: str) -> list[Notice]:
        """One for each refund."""
        refunds = self.trades[key].refunds
        told = [self._refund_notice(key, number) for number in refunds]
        return told or super().notices(key)

    def _refund_notice(self, key: str, number: str) -> Notice:
        trade = self.trades[key]
        facts = RefundFacts(trade.refunds[number], number, trade.refunded)
        message = self.peer.refunded(self.facts(trade), facts)
        return Notice(key, message, frozenset({number}), proves_payment=True)

    def order(self, kind: str, content: Values) -> Said:
        """A new trade, or the same one for the same number and parameters."""
        number, total = content["out_trade_no"], Decimal(content["amount"]["total"]) / 100
        expires_at = datetime.fromisoformat(content["time_expire"])
        trade = self.open_trade(number, total, expires_at, kind=kind)
        trade.reference = trade.reference or content.get("attach", "")
        if trade.status != WAITING:
            code = "ORDER_CLOSED" if trade.status == CLOSED else "ORDER_PAID"
            return 400, {"code": code}
        asked = (total, expires_at, kind, content.get("attach", ""))
        if (trade.total, trade.expires_at, trade.kind, trade.reference) != asked:
            return 400, {"code": "INVALID_REQUEST"}
        address = f"{self.url}/cashier?prepay_id={number}"
        named = {"native": "code_url", "h5": "h5_url", "jsapi": "prepay_id"}
        return 200, {named[kind]: address}

    def query(self, number: str) -> Said:
        """A trade by our number."""
        trade = self.trade(number)
        if trade is None:
            return 404, {"code": "ORDER_NOT_EXIST"}
        app_id, mch_id = self.peer.identity()
        said: Values = {
            "appid": app_id,
            "mchid": mch_id,
            "out_trade_no": number,
            "trade_state": "REFUND" if trade.refunds else STATUSES[trade.status],
        }
        if trade.paid_at:
            self.reported.append(number)
            said |= {
                "transaction_id": trade.trade_no,
                "success_time": trade.paid_at.isoformat(),
                "amount": {"total": int(trade.total * 100), "currency": "CNY"},
                "attach": trade.reference,
            }
        return 200, said

    def close(self, number: str) -> Said:
        """Close a trade that waits."""
        trade = self.trade(number)
        if trade is None:
            return 404, {"code": "ORDER_NOT_EXIST"}
        if trade.paid_at:
            return 400, {"code": "ORDER_PAID"}
        trade.status = CLOSED
        return 204, {}

    def refund_trade(self, content: Values) -> Said:
        """A repeated number moves nothing."""
        trade = self.by_trade_no(content["transaction_id"])
        if trade is None:
            return 404, {"code": "RESOURCE_NOT_EXISTS"}
        number, amount = content["out_refund_no"], Decimal(content["amount"]["refund"]) / 100
        known = trade.refunds.get(number)
        if content["amount"]["total"] != trade.total * 100 or known not in (None, amount):
            return 400, {"code": "INVALID_REQUEST", "message": "与之前请求不一致"}
        if known is None and not self.give_back(trade, number, amount):
            return 400, {"code": "INVALID_REQUEST", "message": "退款金额大于可退金额"}
        return 200, _refund(trade, number, "SUCCESS" if known else "PROCESSING")

    def query_refund(self, number: str) -> Said:
        """A refund by our number."""
        trades = self.trades.values()
        trade = next((each for each in trades if number in each.refunds), None)
        if trade is None:
            return 404, {"code": "RESOURCE_NOT_EXISTS"}
        return 200, _refund(trade, number, self.refund_status)

    def offer_bill(self, day: str) -> Said:
        """The address of the bill of a day."""
        if not self.paid_on(date.fromisoformat(day)):
            return 400, {"code": "NO_STATEMENT_EXIST"}
        digest = hashlib.sha1(self.bill(date.fromisoformat(day))).hexdigest()  # noqa: S324
        url = f"{self.url}{BILL_FILE}?token={day}"
        return 200, {"hash_type": "SHA1", "hash_value": digest, "download_url": url}

    def bill(self, day: date) -> bytes:
        """The text of a day: its payments, and all refunds of them."""
        lines, sums = [], [Decimal(0), Decimal(0)]
        for trade in self.paid_on(day):
            lines.append(_bill_line(trade, settled=trade.received))
            sums[0] += trade.received
            for number, amount in trade.refunds.items():
                lines.append(_bill_line(trade, refund_no=number, refunded=amount))
                sums[1] += amount
        totals = f"`{len(lines)},`{sums[0]:.2f},`{sums[1]:.2f},`0.00,`0.00000,`0.00,`0.00"
        return "".join(f"{line}\r\n" for line in (COLUMNS, *lines, TOTALS, totals)).encode()


def _bill_line(
    trade: Trade,
    *,
    settled: Decimal = Decimal(0),
    refund_no: str = "0",
    refunded: Decimal = Decimal(0),
) -> str:
    assert trade.paid_at
    state = ("SUCCESS", "") if refund_no == "0" else ("REFUND", "SUCCESS")
    cells = {
        "交易时间": f"{trade.paid_at.astimezone(peers.SHANGHAI):%F %T}",
        "微信订单号": trade.trade_no,
        "商户订单号": trade.number,
        "用户标识": "openid-of-the-buyer",
        "交易状态": state[0],
        "应结订单金额": f"{settled:.2f}",
        "商户退款单号": refund_no,
        "退款金额": f"{refunded:.2f}",
        "退款状态": state[1],
        "手续费": "0.00000",
    }
    return ",".join(f"`{cells.get(name, '')}" for name in COLUMNS.split(","))


def _refund(trade: Trade, number: str, status: str) -> Values:
    fen = {"total": int(trade.total * 100), "refund": int(trade.refunds[number] * 100)}
    said = {"out_refund_no": number, "transaction_id": trade.trade_no, "status": status}
    done = {"success_time": timezone.now().isoformat()} if status == "SUCCESS" else {}
    return {**said, **done, "amount": fen}


class _Handler(GatewayHandler):
    server: FakeWechatPay

    def do_GET(self) -> None:
        gateway = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._is_genuine(body):
            self.send(_signed(gateway, (401, {"code": "SIGN_ERROR"})))
            return
        if urlsplit(self.path).path == BILL_FILE:
            day = date.fromisoformat(self.path.rpartition("=")[2])
            self.send(Reply(200, gzip.compress(gateway.bill(day))))
            return
        act, moves_money = self._action(json.loads(body) if body else {})
        says = partial(_signed, gateway)
        self.send(
            gateway.reply(
                lambda: says(act()),
                error=lambda: says((500, {"code": "SYSTEM_ERROR"})),
                forged=lambda: says((200, self._lie()), private=gateway.merchant_private),
                moves_money=moves_money,
            )
        )

    do_POST = do_GET

    def _action(self, content: Values) -> tuple[Callable[[], Said], bool]:
        gateway, path = self.server, urlsplit(self.path).path
        if found := ORDER.fullmatch(path):
            return partial(gateway.order, found[1], content), False
        if found := TRADE.fullmatch(path):
            gateway.asked.append(("close" if found[2] else "query", found[1]))
            return partial(gateway.close if found[2] else gateway.query, found[1]), False
        if path == BILL:
            day = dict(parse_qsl(urlsplit(self.path).query))["bill_date"]
            return partial(gateway.offer_bill, day), False
        found = REFUND.fullmatch(path)
        assert found, path
        if found[1]:
            return partial(gateway.query_refund, found[1]), False
        return partial(gateway.refund_trade, content), True

    def _lie(self) -> Values:
        number = urlsplit(self.path).path.rpartition("/")[2]
        app_id, mch_id = self.server.peer.identity()
        payment = {"appid": app_id, "mchid": mch_id, "out_trade_no": number}
        addresses = dict.fromkeys(("code_url", "h5_url", "prepay_id"), self.server.url)
        refund = {"out_refund_no": number, "status": "SUCCESS"}
        return {**signer.TRANSACTION, **payment, **addresses, **refund}

    def _is_genuine(self, body: bytes) -> bool:
        fields = dict(FIELD.findall(self.headers.get("Authorization", "")))
        lines = (self.command, self.path, fields["timestamp"], fields["nonce_str"])
        message = "".join(f"{line}\n" for line in lines).encode() + body + b"\n"
        try:
            pkcs1_15.new(self.server.merchant_key).verify(
                SHA256.new(message), b64decode(fields["signature"])
            )
        except ValueError:
            return False
        return True


def _signed(gateway: FakeWechatPay, said: Said, *, private: str = "") -> Reply:
    status, values = said
    body = json.dumps(values).encode() if values else b""
    key = private or gateway.private
    return Reply(status, body, signer.headers(body, key, serial=gateway.serial_no))
