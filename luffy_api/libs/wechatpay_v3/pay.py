"""Requests about trades: Native, H5 and JSAPI orders, query, close."""

import secrets
import time
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from luffy_api.libs.wechatpay_v3 import crypto, wire
from luffy_api.libs.wechatpay_v3.client import call
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayRefused, WechatPayUnknown
from luffy_api.libs.wechatpay_v3.settings import WechatPayConfig, current
from luffy_api.libs.wechatpay_v3.trades import JsapiParameters, TradeState, TradeStatus

MAX_DESCRIPTION = 127
NOT_EXIST = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
ALREADY_CLOSED = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
# Refusals of an order: this number was used with other parameters, is paid, or is closed.
NUMBER_USED = frozenset({"OUT_TRADE_NO_USED", "INVALID_REQUEST", *ALREADY_CLOSED})
STATES = {
    "SUCCESS": TradeState.PAID,
    "REFUND": TradeState.PAID,
    "NOTPAY": TradeState.WAITING,
    "USERPAYING": TradeState.WAITING,
    "PAYERROR": TradeState.WAITING,  # the buyer may try again until it is closed
    "CLOSED": TradeState.CLOSED,
    "REVOKED": TradeState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class NewTrade:
    """What the three kinds of orders have in common: yuan, an aware time.

    WeChat Pay returns `attach` (128 characters at most) with the trade.
    """

    out_trade_no: str
    description: str
    total_amount: Decimal
    expires_at: datetime
    attach: str = ""


def native_order(trade: NewTrade) -> str:
    """Place a Native order and return its `code_url`, the text of a QR code.

    The same number with the same parameters gets the same trade. Raises ValueError for what cannot
    be sent, WechatPayRefused and WechatPayUnknown. Waits for the network.
    """
    answer = call("POST", "/v3/pay/transactions/native", _content(trade, current()))
    return _text(answer, "code_url")


def h5_order(trade: NewTrade, *, client_ip: str, return_url: str) -> str:
    """Place an H5 order and return the URL that a phone's browser opens within five minutes.

    Afterwards it goes to `return_url`. Raises as above.
    """
    scene = {"payer_client_ip": client_ip, "h5_info": {"type": "Wap"}}
    content = {**_content(trade, current()), "scene_info": scene}
    url = _text(call("POST", "/v3/pay/transactions/h5", content), "h5_url")
    return f"{url}&redirect_url={quote(return_url, safe='')}"


def jsapi_order(trade: NewTrade, *, openid: str) -> JsapiParameters:
    """Place a JSAPI order of this follower and return the signed parameters for the bridge.

    Raises as above.
    """
    config = current()
    content = {**_content(trade, config), "payer": {"openid": openid}}
    prepay_id = _text(call("POST", "/v3/pay/transactions/jsapi", content), "prepay_id")
    stamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay_id}"
    message = f"{config.app_id}\n{stamp}\n{nonce}\n{package}\n".encode()
    return JsapiParameters(
        appId=config.app_id,
        timeStamp=stamp,
        nonceStr=nonce,
        package=package,
        signType="RSA",
        paySign=crypto.sign(message, config.private_key),
    )


def query_trade(*, out_trade_no: str, timeout: float | None = None) -> TradeStatus:
    """Query the state of a trade.

    `timeout` in seconds is the configured one by default. Raises WechatPayUnknown when no answer
    can be trusted. Waits for the network.
    """
    config = current()
    path = f"{_path(out_trade_no)}?mchid={quote(config.mch_id, safe='')}"
    try:
        answer = call("GET", path, timeout=timeout)
    except WechatPayRefused as error:
        if error.code in NOT_EXIST:
            return TradeStatus(TradeState.NOT_FOUND, out_trade_no)
        raise WechatPayUnknown(f"a query was refused: {error.code}") from error
    try:
        return read_trade(answer, config, out_trade_no=out_trade_no)
    except wire.ODD as error:
        raise WechatPayUnknown("an odd answer to a query") from error


def close_trade(*, out_trade_no: str) -> TradeState:
    """Close an unpaid trade: CLOSED or NOT_FOUND.

    Raises WechatPayRefused when its state forbids it (most likely it is paid: query again) and
    WechatPayUnknown when no answer can be trusted. Waits for the network.
    """
    try:
        call("POST", f"{_path(out_trade_no)}/close", {"mchid": current().mch_id})
    except WechatPayRefused as error:
        if error.code in NOT_EXIST:
            return TradeState.NOT_FOUND
        if error.code not in ALREADY_CLOSED:
            raise
    return TradeState.CLOSED


def read_trade(
    values: dict[str, Any], config: WechatPayConfig, *, out_trade_no: str
) -> TradeStatus:
    """A trade as an answer or a notification describes it.

    Raises one of `wire.ODD` when it is incomplete or not this one: a signature proves the sender,
    not the trade.
    """
    expected = (config.mch_id, config.app_id, out_trade_no)
    if (values["mchid"], values["appid"], values["out_trade_no"]) != expected:
        raise ValueError("the answer is for another trade")
    state = STATES.get(values["trade_state"])
    if state is None:
        raise ValueError("an unknown state")
    if state is not TradeState.PAID:
        return TradeStatus(state, out_trade_no)
    transaction_id, amount = values["transaction_id"], values["amount"]
    if not wire.NUMBER.fullmatch(transaction_id) or amount.get("currency", "CNY") != "CNY":
        raise ValueError("a number or currency has an impossible form")
    return TradeStatus(
        state,
        out_trade_no,
        transaction_id=transaction_id,
        total_amount=wire.from_fen(amount["total"]),
        paid_at=wire.parse_time(values["success_time"]),
        attach=str(values.get("attach") or ""),
    )


def _content(trade: NewTrade, config: WechatPayConfig) -> dict[str, Any]:
    attached = {"attach": trade.attach} if trade.attach else {}
    return {
        "appid": config.app_id,
        "mchid": config.mch_id,
        **attached,
        "description": clean_description(trade.description) or trade.out_trade_no,
        "out_trade_no": checked_number(trade.out_trade_no),
        "time_expire": wire.format_time(trade.expires_at),
        "notify_url": config.notify_url,
        "amount": {"total": wire.to_fen(trade.total_amount), "currency": "CNY"},
    }


def clean_description(text: str) -> str:
    """Remove control characters and halves of characters; at most 127 characters."""
    kept = (" " if unicodedata.category(c)[0] == "C" else c for c in text)
    return " ".join("".join(kept).split())[:MAX_DESCRIPTION].strip()


def checked_number(number: str) -> str:
    """The same number; ValueError for one that WeChat Pay does not take."""
    if not wire.OUT_TRADE_NO.fullmatch(number):
        raise ValueError("a number may hold 6 to 32 letters, digits and _-|*")
    return number


def _path(out_trade_no: str) -> str:
    return f"/v3/pay/transactions/out-trade-no/{quote(checked_number(out_trade_no), safe='')}"


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise WechatPayUnknown(f"an answer without {name}")
    return value
