"""Tencent Cloud SMS (SendSms, API version 2021-01-11)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from luffy_api.libs.sms.base import (
    TAKEN,
    FilledTemplate,
    SmsOutcomeUnknown,
    SmsUnavailable,
    general_template,
)

# Seconds for connecting and for each read; `call_with_deadline` limits the whole call.
TIMEOUT = 3


# The provider's name of a number.
COUNTRY = "+86"
OK = "Ok"
# The SDK's own code for a call that failed on its way.
NETWORK = "ClientNetworkError"


class TencentBackend:
    """Configured by settings.TENCENT_SMS.

    Its templates number their parameters ({1}, {2}): ours stand in the order of the words.
    """

    def general(self, text: str) -> FilledTemplate:
        """The template of the settings."""
        return general_template(settings.TENCENT_SMS, text)

    def frame(self, filled: FilledTemplate) -> str:
        """With the signature."""
        return f"【{settings.TENCENT_SMS['SIGN_NAME']}】{filled}"

    def send_code(self, *, mobile: str, code: str) -> None:
        """Raises SmsUnavailable unless the status of the message is `Ok`."""
        statuses = _send(settings.TENCENT_SMS["TEMPLATE_ID"], [mobile], [code])
        status = statuses[0] if statuses else None
        if status is None or status.Code != OK:
            raise SmsUnavailable(str(status.Code) if status else "empty answer")

    def send_text(self, *, mobiles: Sequence[str], filled: FilledTemplate) -> dict[str, str]:
        """One call for all; see SmsBackend."""
        statuses = _send(filled.id, mobiles, [*filled.used().values()]) or []
        return {str(status.PhoneNumber).removeprefix(COUNTRY): _code(status) for status in statuses}


def _code(status: Any) -> str:
    return TAKEN if status.Code == OK else str(status.Code)


def _send(template: str, mobiles: Sequence[str], parameters: list[str]) -> list[Any] | None:
    """The statuses of a call."""
    # Imported here, since the SDK is only installed where it is used.
    from tencentcloud.common.exception import TencentCloudSDKException
    from tencentcloud.sms.v20210111.models import SendSmsRequest

    account = settings.TENCENT_SMS
    request = SendSmsRequest()
    request.PhoneNumberSet = [f"{COUNTRY}{mobile}" for mobile in mobiles]
    request.SmsSdkAppId = account["SDK_APP_ID"]
    request.SignName = account["SIGN_NAME"]
    request.TemplateId = template
    request.TemplateParamSet = parameters
    try:
        answer = _client(account).SendSms(request)
    except TencentCloudSDKException as error:
        # What the API itself refuses has the number of the request. Only the code is told on: the
        # text may contain the mobile.
        is_certain = error.requestId or (error.code == NETWORK and _is_unsent(error))
        raise (SmsUnavailable if is_certain else SmsOutcomeUnknown)(str(error.code)) from None
    statuses: list[Any] | None = answer.SendStatusSet
    return statuses


def _is_unsent(error: Exception) -> bool:
    """Whether no connection was made, so that nobody can have read the request."""
    from requests import exceptions
    from urllib3.exceptions import NewConnectionError

    cause = error.__context__
    if isinstance(cause, exceptions.ConnectTimeout):
        return True
    inner = cause.args[0] if isinstance(cause, exceptions.ConnectionError) and cause.args else None
    return isinstance(getattr(inner, "reason", None), NewConnectionError)


def _client(account: dict[str, str]) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    address = urlsplit(account["ENDPOINT"])
    http = HttpProfile(protocol=address.scheme, endpoint=address.netloc, reqTimeout=TIMEOUT)
    profile = ClientProfile(signMethod="TC3-HMAC-SHA256", httpProfile=http)
    keys = Credential(account["SECRET_ID"], account["SECRET_KEY"])
    return SmsClient(keys, account["REGION"], profile)
