"""Request and response bodies of the user endpoints."""

from typing import Any

from rest_framework import serializers

from luffy_api.apps.school.models import Agreement, AgreementKind
from luffy_api.apps.user import avatars, captchas, consents, tokens
from luffy_api.apps.user.models import ASKABLE_PURPOSES, Consent, SocialAccount, User
from luffy_api.apps.user.social.interface import Device
from luffy_api.common.fields import IdField, PasswordField, ReadableField


class UserSerializer(serializers.ModelSerializer[User]):
    """The user of a login; `mobile` is masked."""

    mobile = serializers.CharField(source="masked_mobile", read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "nickname", "mobile", "icon"]
        read_only_fields = fields


class TokenSerializer(serializers.Serializer[Any]):
    """Response of every kind of login: token, its expiry (UTC) and user."""

    token = serializers.CharField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    user = UserSerializer(read_only=True)
    consent_needed = serializers.SerializerMethodField()

    def get_consent_needed(self, issued: tokens.IssuedToken) -> bool:
        """Whether the student is to be asked for consent; GET user/consent/ says to what."""
        return bool(consents.pending(issued.user.pk))


class CaptchaSerializer(serializers.Serializer[captchas.Picture]):
    """A new captcha: `picture` is a PNG as a data URL; `expires_at` in UTC."""

    id = serializers.CharField(read_only=True)
    picture = serializers.CharField(source="data_url", read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)


class CaptchaAnswerSerializer(serializers.Serializer[Any]):
    """The characters of a captcha; needed only after the code 2006 had asked for one."""

    captcha_id = serializers.CharField(max_length=64, required=False)
    captcha_text = serializers.CharField(max_length=40, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Puts both together as `captcha`, None without them."""
        answer = attrs.pop("captcha_id", ""), attrs.pop("captcha_text", "")
        return {**attrs, "captcha": captchas.Answer(*answer) if all(answer) else None}


class LoginSerializer(CaptchaAnswerSerializer):
    """`username` is a user name, a mobile or an e-mail."""

    username = serializers.CharField(max_length=254)
    password = PasswordField()


class SmsCodeSerializer(CaptchaAnswerSerializer):
    """The mobile that gets a code, and the purpose of the code."""

    mobile = serializers.CharField(max_length=40)
    purpose = serializers.ChoiceField(ASKABLE_PURPOSES)


class CodeField(serializers.RegexField):
    """Six ASCII digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["error_messages"] = {"invalid": "请输入 6 位数字验证码"}
        super().__init__(r"\A[0-9]{6}\Z", **kwargs)


class MobileCodeSerializer(serializers.Serializer[Any]):
    """A mobile with the code that was sent to it."""

    mobile = serializers.CharField(max_length=40)
    code = CodeField()


class ConsentIdsField(serializers.ListField):
    """Ids of the versions of agreements that a student agrees to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=IdField(), max_length=10, **kwargs)


class SmsLoginSerializer(MobileCodeSerializer):
    """`agreements` are what a new account agrees to; without them it is asked afterwards."""

    agreements = ConsentIdsField(required=False)


class PasswordResetSerializer(MobileCodeSerializer):
    """A mobile, its code and the new password."""

    password = PasswordField()


class RegisterSerializer(PasswordResetSerializer):
    """Adds an optional user name, and the agreements in force if the school has published any."""

    username = serializers.CharField(
        required=False, validators=User._meta.get_field("username").validators
    )
    agreements = ConsentIdsField(required=False)


class PasswordChangeSerializer(serializers.Serializer[Any]):
    """The current and the new password."""

    old_password = PasswordField()
    password = PasswordField()


class MobileChangeSerializer(MobileCodeSerializer):
    """The new mobile with its code, and `old_code`, which the current mobile got.

    An account without a mobile sends its `password` instead.
    """

    old_code = CodeField(required=False)
    password = PasswordField(required=False)


class ProfileSerializer(serializers.ModelSerializer[User]):
    """The student's own profile; read-only fields are ignored in a request."""

    mobile = serializers.CharField(source="masked_mobile", read_only=True)
    nickname = ReadableField(label="昵称", max_length=30, allow_blank=True, required=False)
    signature = ReadableField(label="个性签名", max_length=100, allow_blank=True, required=False)
    icon_small = serializers.SerializerMethodField()
    has_password = serializers.BooleanField(source="has_usable_password", read_only=True)

    class Meta:
        model = User
        fields = [
            "id",
            "username",
            "nickname",
            "has_password",
            "signature",
            "mobile",
            "email",
            "icon",
            "icon_small",
        ]
        read_only_fields = ["id", "mobile", "icon"]
        # services.update_profile reports duplicates; a validator would add a query and race.
        extra_kwargs = {
            "username": {"validators": User._meta.get_field("username").validators},
            "email": {"validators": []},
        }

    def validate_email(self, value: str | None) -> str | None:
        """Lower case; None for ""."""
        return value.lower() if value else None

    def get_icon_small(self, user: User) -> str | None:
        """URL of the 64 pixel version; `icon` has 256 pixels."""
        return avatars.small_url(user)


class AvatarSerializer(serializers.Serializer[Any]):
    """A still JPEG, PNG or WebP of at most 5 MB."""

    icon = serializers.FileField()


class CloseSerializer(serializers.Serializer[Any]):
    """The password, or for an account without one the `code` sent to its mobile."""

    password = PasswordField(required=False)
    code = CodeField(required=False)


class AgreementLinkSerializer(serializers.ModelSerializer[Agreement]):
    """A version of an agreement; GET home/agreement/{kind}/{version}/ has its text."""

    kind = serializers.ChoiceField(AgreementKind.choices, read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)

    class Meta:
        model = Agreement
        fields = ["id", "kind", "kind_name", "version", "note"]
        read_only_fields = fields


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """To what a student has agreed, and when."""

    agreement = AgreementLinkSerializer(read_only=True)

    class Meta:
        model = Consent
        fields = ["agreement", "created_time"]
        read_only_fields = fields


class ConsentsSerializer(serializers.Serializer[Any]):
    """`pending` are the versions in force that the student is to be asked about."""

    pending = AgreementLinkSerializer(many=True, read_only=True)
    agreed = ConsentSerializer(many=True, read_only=True)


class GiveConsentSerializer(serializers.Serializer[Any]):
    """Versions in force."""

    agreements = ConsentIdsField(allow_empty=False)


class ProviderSerializer(serializers.Serializer[Any]):
    """A login provider, and on which devices it is offered."""

    provider = serializers.ChoiceField(SocialAccount.Provider.choices, read_only=True)
    provider_name = serializers.CharField(source="provider.label", read_only=True)
    devices = serializers.ListField(child=serializers.ChoiceField(Device.choices), read_only=True)


class BrowserKeySerializer(serializers.Serializer[Any]):
    """`browser_key`: a secret of the browser, 32 random bytes in URL-safe base64."""

    browser_key = serializers.RegexField(r"\A[A-Za-z0-9_-]{43}\Z")


class SocialBeginSerializer(BrowserKeySerializer):
    """With which provider a visitor logs in, and where."""

    provider = serializers.ChoiceField(SocialAccount.Provider.choices)
    device = serializers.ChoiceField(Device.choices)


class ConnectBeginSerializer(SocialBeginSerializer):
    """The `code` that the account's mobile got; an account without one sends its `password`."""

    code = CodeField(required=False)
    password = PasswordField(required=False)


class AuthorizeSerializer(serializers.Serializer[Any]):
    """Where to send the browser."""

    authorize_url = serializers.CharField(read_only=True)


class SocialArriveSerializer(BrowserKeySerializer):
    """What the provider sent the browser back with; `auth_code` of Alipay is the `code`."""

    provider = serializers.ChoiceField(SocialAccount.Provider.choices)
    code = serializers.CharField(max_length=512)
    state = serializers.CharField(max_length=128)


class BindingTicketSerializer(serializers.Serializer[Any]):
    """Who came has no account here yet; expiry in UTC."""

    ticket = serializers.CharField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)


class ArrivalSerializer(serializers.Serializer[Any]):
    """A login, or what binds a mobile first: one of the two is null."""

    session = TokenSerializer(read_only=True, allow_null=True)
    binding = BindingTicketSerializer(read_only=True, allow_null=True)


class SocialBindSerializer(SmsLoginSerializer, BrowserKeySerializer):
    """The ticket, and a mobile with its code of the purpose `connect`."""

    ticket = serializers.CharField(max_length=2000)


class SocialAccountSerializer(serializers.ModelSerializer[SocialAccount]):
    """What a student has connected; `openid` is masked."""

    provider_name = serializers.CharField(source="get_provider_display", read_only=True)
    openid = serializers.CharField(source="masked_openid", read_only=True)

    class Meta:
        model = SocialAccount
        fields = ["provider", "provider_name", "openid", "created_time"]
        read_only_fields = fields
