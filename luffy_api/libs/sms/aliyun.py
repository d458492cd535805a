"""Alibaba Cloud SMS (Dysmsapi, SendSms, API version 2017-05-25).

Sources: "SendSms" and "API 错误码" of its manual; aliyun_signature.py for the signature.
"""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from luffy_api.libs.sms import aliyun_signature
from luffy_api.libs.sms.base import (
    NOT_TRIED,
    TAKEN,
    FilledTemplate,
    SmsOutcomeUnknown,
    SmsUnavailable,
    general_template,
)

ACTION, VERSION = "SendSms", "2017-05-25"
# Seconds for connecting and for each read; `call_with_deadline` limits the whole call.
TIMEOUT = 3
# Of one `send_text`: how many are asked at once, and for how many seconds another one begins.
WORKERS, BUDGET = 8, 10
MAX_ANSWER = 64 * 1024
SERVER_ERROR = 500
OK = "OK"
# What the provider says of its own trouble; it may have sent the message.
UNCERTAIN = frozenset(
    {
        *("isp.SYSTEM_ERROR", "isp.UNKNOWN", "isp.GATEWAY_ERROR"),
        *("InternalError", "ServiceUnavailable"),
    }
)
# Refusals that meet every message of the school, and those that meet every mobile of a text.
OF_THE_ACCOUNT = (
    *("isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "isv.PRODUCT_UN_SUBSCRIPT"),
    *("isv.ACCOUNT_NOT_EXISTS", "isv.ACCOUNT_ABNORMAL", "isv.DAY_LIMIT_CONTROL"),
    *("isv.MONTH_LIMIT_CONTROL", "isv.SMS_SIGNATURE_ILLEGAL", "isp.RAM_PERMISSION_DENY"),
    *("SignatureDoesNotMatch", "SignatureNonceUsed", "InvalidAccessKeyId", "InvalidTimeStamp"),
    *("Forbidden", "Throttling"),
)
OF_THE_TEXT = frozenset(
    {
        *("isv.SMS_TEMPLATE_ILLEGAL", "isv.TEMPLATE_MISSING_PARAMETERS"),
        *("isv.TEMPLATE_PARAMS_ILLEGAL", "isv.INVALID_PARAMETERS", "isv.INVALID_JSON_PARAM"),
        *("isv.PARAM_NOT_SUPPORT_URL", "isv.PARAM_LENGTH_LIMIT", "isv.SMS_CONTENT_ILLEGAL"),
        "isv.BLACK_KEY_CONTROL_LIMIT",
    }
)


class AliyunBackend:
    """Configured by settings.ALIYUN_SMS.

    Its templates name their parameters (${code}, ${text}) as ours do. One call is one mobile: to a
    call with many the provider answers with a single code, and nobody knew who got the message.
    """

    def general(self, text: str) -> FilledTemplate:
        """The template of the settings."""
        return general_template(settings.ALIYUN_SMS, text)

    def frame(self, filled: FilledTemplate) -> str:
        """With the signature."""
        return f"【{settings.ALIYUN_SMS['SIGN_NAME']}】{filled}"

    def send_code(self, *, mobile: str, code: str) -> None:
        """Raises SmsUnavailable unless the provider has taken the message."""
        found = _call(settings.ALIYUN_SMS["TEMPLATE_ID"], {"code": code}, mobile)
        if found != OK:
            raise SmsUnavailable(found)

    def send_text(self, *, mobiles: Sequence[str], filled: FilledTemplate) -> dict[str, str]:
        """A call for each, several at once; what does not begin in BUDGET seconds is NOT_TRIED."""
        if not mobiles:
            return {}
        ask = partial(_ask, filled, time.monotonic() + BUDGET)
        # What would meet the others, too, is asked for once.
        first, *others = mobiles
        try:
            code = _call(filled.id, filled.used(), first)
        except SmsOutcomeUnknown:
            if not others:
                raise
            return dict.fromkeys(others, NOT_TRIED)
        if code.startswith(OF_THE_ACCOUNT):
            raise SmsUnavailable(code)
        if code in OF_THE_TEXT:
            return dict.fromkeys(mobiles, code)
        with ThreadPoolExecutor(WORKERS) as pool:
            found = {first: _told(code), **dict(zip(others, pool.map(ask, others), strict=True))}
        return {mobile: code for mobile, code in found.items() if code is not None}


def _ask(filled: FilledTemplate, until: float, mobile: str) -> str | None:
    """TAKEN, a code, or None where it is not known what became of the message."""
    if time.monotonic() > until:
        return NOT_TRIED
    try:
        return _told(_call(filled.id, filled.used(), mobile))
    except SmsOutcomeUnknown:
        return None
    except SmsUnavailable as error:
        return str(error)


def _told(code: str) -> str:
    return TAKEN if code == OK else code


def _call(template: str, parameters: Mapping[str, str], mobile: str) -> str:
    """The provider's code, OK for a message that it took.

    Raises SmsUnavailable where nobody can have read the request, and SmsOutcomeUnknown. Errors
    carry a code or a class only: texts may contain the mobile.
    """
    account = settings.ALIYUN_SMS
    query = aliyun_signature.canonical_query(
        {
            "PhoneNumbers": mobile,
            "SignName": account["SIGN_NAME"],
            "TemplateCode": template,
            "TemplateParam": json.dumps(parameters, ensure_ascii=False),
        }
    )
    address = urlsplit(account["ENDPOINT"])
    headers = aliyun_signature.headers(
        key_id=account["ACCESS_KEY_ID"],
        key_secret=account["ACCESS_KEY_SECRET"],
        host=address.netloc,
        action=ACTION,
        version=VERSION,
        query=query,
    )
    return _code_of(*_post(address, f"/?{query}", headers))


def _post(address: SplitResult, target: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Status and body. No redirect is followed, no proxy is used, nothing is repeated."""
    make = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = make(address.hostname or "", address.port, timeout=TIMEOUT)
    try:
        try:
            connection.connect()
        except (OSError, ValueError) as error:
            raise SmsUnavailable(type(error).__name__) from None
        try:
            connection.request("POST", target, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read(MAX_ANSWER)
        except (OSError, HTTPException, ValueError) as error:
            raise SmsOutcomeUnknown(type(error).__name__) from None
    finally:
        connection.close()


def _code_of(status: int, body: bytes) -> str:
    """What the API itself answers has the number of the request."""
    try:
        answer = json.loads(body)
        code, number = answer["Code"], answer["RequestId"]
    except (ValueError, TypeError, KeyError):
        raise SmsOutcomeUnknown(f"HTTP {status}") from None
    if not (isinstance(code, str) and code and number):
        raise SmsOutcomeUnknown(f"HTTP {status}")
    if status >= SERVER_ERROR or code in UNCERTAIN:
        raise SmsOutcomeUnknown(code)
    return code
