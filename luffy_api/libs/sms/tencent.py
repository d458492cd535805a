"""Tencent Cloud SMS (SendSms, API version 2021-01-11)."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from luffy_api.libs.sms.base import SmsUnavailable

# Seconds for connecting and for each read; `call_with_deadline` limits the whole call.
TIMEOUT = 3


class TencentBackend:
    """Configured by settings.TENCENT_SMS; the template has one parameter, the code."""

    def send_code(self, *, mobile: str, code: str) -> None:
        """Raises SmsUnavailable unless the status of the message is `Ok`."""
        # Imported here, since the SDK is only installed where it is used.
        from tencentcloud.common.exception import TencentCloudSDKException
        from tencentcloud.sms.v20210111.models import SendSmsRequest

        account = settings.TENCENT_SMS
        request = SendSmsRequest()
        request.PhoneNumberSet = [f"+86{mobile}"]
        request.SmsSdkAppId = account["SDK_APP_ID"]
        request.SignName = account["SIGN_NAME"]
        request.TemplateId = account["TEMPLATE_ID"]
        request.TemplateParamSet = [code]
        try:
            answer = _client(account).SendSms(request)
        except TencentCloudSDKException as error:
            # Only the error code: the text may contain the mobile.
            raise SmsUnavailable(str(error.code)) from None
        _require_ok(answer.SendStatusSet)


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


def _require_ok(statuses: list[Any] | None) -> None:
    status = statuses[0] if statuses else None
    if status is None or status.Code != "Ok":
        raise SmsUnavailable(str(status.Code) if status else "empty answer")
