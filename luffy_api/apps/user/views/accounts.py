"""Login, logout, registration, and the student's own account."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.user import (
    account_deletion,
    avatars,
    captchas,
    consents,
    lockout,
    logins,
    mobiles,
    personal_data,
    serializers,
    services,
    sms_codes,
    tokens,
)
from luffy_api.apps.user.exceptions import InvalidToken
from luffy_api.apps.user.models import StudentLogin, User
from luffy_api.apps.user.throttles import (
    CaptchaThrottle,
    CodeThrottle,
    HeavyThrottle,
    LoginThrottle,
    SmsCodeThrottle,
)
from luffy_api.common.client_ip import client_ip
from luffy_api.common.parsers import UploadParser
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user, validated


def _token_response(issued: tokens.IssuedToken, *, status: int = 200) -> APIResponse:
    serializer = serializers.TokenSerializer(issued)
    return APIResponse(serializer.data, status=status)


def logged_in(
    request: Request, user: User, way: StudentLogin.Way, *, status: int = 200
) -> APIResponse:
    """The token of a login that has just succeeded."""
    logins.record(user=user, way=way, address=client_ip(request))
    return _token_response(tokens.issue(user), status=status)


def _verified_token(request: Request) -> tokens.VerifiedToken:
    """`request.auth` as TokenAuthentication sets it."""
    return cast(tokens.VerifiedToken, request.auth)


class AvatarParser(UploadParser):
    """Accepts a picture of MAX_BYTES and the multipart form around it."""

    limit = avatars.MAX_BYTES + 16 * 1024


class AuthViewSet(viewsets.ViewSet):
    """Endpoints without authentication: codes, login, registration, password reset."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(request=serializers.SmsCodeSerializer, responses={200: None})
    @action(detail=False, methods=["post"], throttle_classes=[SmsCodeThrottle])
    def sms_code(self, request: Request) -> APIResponse:
        """Send a code to a mobile."""
        data = validated(serializers.SmsCodeSerializer, request)
        sms_codes.send(
            mobile=mobiles.normalize(data["mobile"]),
            purpose=data["purpose"],
            address=client_ip(request),
            captcha=data["captcha"],
        )
        return APIResponse(msg="验证码已发送")

    @extend_schema(request=None, responses=serializers.CaptchaSerializer)
    @action(detail=False, methods=["post"], throttle_classes=[CaptchaThrottle])
    def captcha(self, request: Request) -> APIResponse:
        """A picture whose characters prove a person; asked for by the code 2006."""
        serializer = serializers.CaptchaSerializer(captchas.create())
        return APIResponse(serializer.data, headers={"Cache-Control": "no-store"})

    @extend_schema(request=serializers.LoginSerializer, responses=serializers.TokenSerializer)
    @action(detail=False, methods=["post"], throttle_classes=[LoginThrottle])
    def login(self, request: Request) -> APIResponse:
        """Log in with name, mobile or e-mail and a password.

        After too many wrong passwords from an IP address the code 2006 asks for a captcha.
        """
        data = validated(serializers.LoginSerializer, request)
        captcha = data.pop("captcha")
        with lockout.count_login(request._request, data["username"], captcha):
            user = services.log_in(**data)
        return logged_in(request, user, StudentLogin.Way.PASSWORD)

    @extend_schema(request=serializers.SmsLoginSerializer, responses=serializers.TokenSerializer)
    @action(detail=False, methods=["post"], throttle_classes=[CodeThrottle])
    def sms_login(self, request: Request) -> APIResponse:
        """Log in with a code; an unknown mobile gets an account."""
        user = services.log_in_by_sms(**validated(serializers.SmsLoginSerializer, request))
        return logged_in(request, user, StudentLogin.Way.SMS)

    @extend_schema(
        request=serializers.RegisterSerializer, responses={201: serializers.TokenSerializer}
    )
    @action(detail=False, methods=["post"], throttle_classes=[CodeThrottle])
    def register(self, request: Request) -> APIResponse:
        """Open an account; the answer is a login."""
        user = services.register(**validated(serializers.RegisterSerializer, request))
        return logged_in(request, user, StudentLogin.Way.REGISTRATION, status=201)

    @extend_schema(
        request=serializers.PasswordResetSerializer, responses=serializers.TokenSerializer
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="password/reset",
        throttle_classes=[CodeThrottle],
    )
    def password_reset(self, request: Request) -> APIResponse:
        """Set a new password with a code; ends every older token and logs in."""
        user = services.reset_password(**validated(serializers.PasswordResetSerializer, request))
        return logged_in(request, user, StudentLogin.Way.RESET)


class AccountViewSet(viewsets.ViewSet):
    """Endpoints of the authenticated user."""

    @extend_schema(request=None, responses=serializers.TokenSerializer)
    @action(detail=False, methods=["post"], url_path="token/refresh")
    def token_refresh(self, request: Request) -> APIResponse:
        """A fresh token for the same login."""
        try:
            return _token_response(tokens.refresh(_verified_token(request)))
        except InvalidToken as error:
            raise AuthenticationFailed from error

    @extend_schema(request=None, responses={200: None})
    @action(detail=False, methods=["post"])
    def logout(self, request: Request) -> APIResponse:
        """End this login on the server."""
        tokens.revoke(_verified_token(request))
        return APIResponse(msg="已退出登录")

    @extend_schema(request=None, responses={200: None})
    @action(detail=False, methods=["post"], url_path="logout/all")
    def logout_all(self, request: Request) -> APIResponse:
        """End every login of this account, on all devices."""
        tokens.revoke_all(current_user(request))
        return APIResponse(msg="已退出所有设备")

    @extend_schema(request=serializers.CaptchaAnswerSerializer, responses={200: None})
    @action(detail=False, methods=["post"], throttle_classes=[SmsCodeThrottle])
    def confirm_code(self, request: Request) -> APIResponse:
        """Send a code to the account's own mobile."""
        services.send_confirm_code(
            user=current_user(request),
            address=client_ip(request),
            **validated(serializers.CaptchaAnswerSerializer, request),
        )
        return APIResponse(msg="验证码已发送")

    @extend_schema(
        request=serializers.MobileChangeSerializer, responses=serializers.ProfileSerializer
    )
    @action(detail=False, methods=["put"], throttle_classes=[LoginThrottle])
    def mobile(self, request: Request) -> APIResponse:
        """Move the account to another mobile: a code to the present one and one to the new one."""
        data = validated(serializers.MobileChangeSerializer, request)
        user = current_user(request)
        attempt = lockout.count_reauthentication(request._request, user)
        user = services.change_mobile(user=user, attempt=attempt, **data)
        return APIResponse(serializers.ProfileSerializer(user).data)

    @extend_schema(methods=["GET"], responses=serializers.ConsentsSerializer)
    @extend_schema(
        methods=["POST"],
        request=serializers.GiveConsentSerializer,
        responses=serializers.ConsentsSerializer,
    )
    @action(detail=False, methods=["get", "post"])
    def consent(self, request: Request) -> APIResponse:
        """What the student has agreed to, and what is to be asked; POST agrees to what holds now.

        The code 2007 says that a version was overtaken meanwhile.
        """
        user = current_user(request)
        if request.method == "POST":
            data = validated(serializers.GiveConsentSerializer, request)
            consents.give(user=user, agreement_ids=data["agreements"])
        state = {"pending": consents.pending(user.pk), "agreed": consents.agreed_by(user.pk)}
        return APIResponse(serializers.ConsentsSerializer(state).data)

    @extend_schema(methods=["GET"], responses=serializers.ProfileSerializer)
    @extend_schema(
        methods=["PATCH"],
        request=serializers.ProfileSerializer,
        responses=serializers.ProfileSerializer,
    )
    @action(detail=False, methods=["get", "patch"])
    def profile(self, request: Request) -> APIResponse:
        """One's own data."""
        user = current_user(request)
        if request.method == "PATCH":
            fields = validated(serializers.ProfileSerializer, request, partial=True)
            user = services.update_profile(user=user, **fields)
        serializer = serializers.ProfileSerializer(user)
        return APIResponse(serializer.data)

    @extend_schema(
        request=serializers.PasswordChangeSerializer, responses=serializers.TokenSerializer
    )
    @action(detail=False, methods=["put"], throttle_classes=[LoginThrottle])
    def password(self, request: Request) -> APIResponse:
        """Change the password; ends every older token, and answers a new one for this device."""
        data = validated(serializers.PasswordChangeSerializer, request)
        user = current_user(request)
        attempt = lockout.count_reauthentication(request._request, user)
        user = services.change_password(user=user, attempt=attempt, **data)
        return _token_response(tokens.issue(user))

    @extend_schema(
        request={"multipart/form-data": serializers.AvatarSerializer},
        responses=serializers.ProfileSerializer,
    )
    @action(
        detail=False,
        methods=["put"],
        parser_classes=[AvatarParser],
        throttle_classes=[HeavyThrottle],
    )
    def avatar(self, request: Request) -> APIResponse:
        """Replace the avatar by a still JPEG, PNG or WebP of at most 5 MB."""
        upload = validated(serializers.AvatarSerializer, request)["icon"]
        user = avatars.replace(user=current_user(request), upload=upload)
        return APIResponse(serializers.ProfileSerializer(user).data)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=False, methods=["get"], throttle_classes=[HeavyThrottle])
    def export(self, request: Request) -> APIResponse:
        """Everything that the shop keeps about oneself, by subject."""
        headers = {
            "Content-Disposition": 'attachment; filename="luffy-personal-data.json"',
            "Cache-Control": "no-store",
        }
        return APIResponse(personal_data.export(current_user(request)), headers=headers)

    @extend_schema(request=serializers.CloseSerializer, responses={200: None})
    @action(detail=False, methods=["post"], throttle_classes=[LoginThrottle])
    def close(self, request: Request) -> APIResponse:
        """Close one's account for good; orders and courses stay, without a name."""
        data = validated(serializers.CloseSerializer, request)
        user = current_user(request)
        attempt = lockout.count_reauthentication(request._request, user)
        account_deletion.delete_account(user=user, attempt=attempt, **data)
        return APIResponse(msg="账号已注销")
