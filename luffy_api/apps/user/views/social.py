"""Login by WeChat and others, and connecting them to one's account."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.user import lockout, selectors, serializers
from luffy_api.apps.user.models import SocialAccount, StudentLogin, User
from luffy_api.apps.user.social import accounts, flow, registry, tickets
from luffy_api.apps.user.throttles import LoginThrottle, SocialReturnThrottle, SocialThrottle
from luffy_api.apps.user.views.accounts import logged_in
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user, current_user_id, validated

PROVIDER = OpenApiParameter(
    "provider", str, OpenApiParameter.PATH, enum=SocialAccount.Provider.values
)
WAYS = {
    SocialAccount.Provider.WECHAT: StudentLogin.Way.WECHAT,
    SocialAccount.Provider.ALIPAY: StudentLogin.Way.ALIPAY,
}


class SocialLoginViewSet(viewsets.ViewSet):
    """Endpoints without authentication."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=serializers.ProviderSerializer(many=True))
    @action(detail=False, methods=["get"])
    def providers(self, request: Request) -> APIResponse:
        """Which providers a visitor may log in with, and on which devices."""
        rows = [
            {"provider": SocialAccount.Provider(provider.provider), "devices": devices}
            for provider, devices in registry.offered().items()
        ]
        return APIResponse(serializers.ProviderSerializer(rows, many=True).data)

    @extend_schema(
        request=serializers.SocialBeginSerializer, responses=serializers.AuthorizeSerializer
    )
    @action(detail=False, methods=["post"], throttle_classes=[SocialThrottle])
    def authorize(self, request: Request) -> APIResponse:
        """Begin a login: where to send the browser, which comes back to /login/callback/."""
        url = flow.begin(**validated(serializers.SocialBeginSerializer, request))
        return APIResponse({"authorize_url": url})

    @extend_schema(
        request=serializers.SocialArriveSerializer, responses=serializers.ArrivalSerializer
    )
    @action(detail=False, methods=["post"], throttle_classes=[SocialReturnThrottle])
    def login(self, request: Request) -> APIResponse:
        """Log in who is back from the provider; who has no account here gets a ticket for `bind`.

        The code 2008 says that it has to be begun again.
        """
        data = validated(serializers.SocialArriveSerializer, request)
        arrived = flow.arrive(**data)
        if isinstance(arrived, tickets.Ticket):
            answer = serializers.ArrivalSerializer({"session": None, "binding": arrived})
            return APIResponse(answer.data)
        return _session(request, arrived, SocialAccount.Provider(data["provider"]))

    @extend_schema(request=serializers.SocialBindSerializer, responses=serializers.TokenSerializer)
    @action(detail=False, methods=["post"], throttle_classes=[SocialThrottle])
    def bind(self, request: Request) -> APIResponse:
        """Connect the ticket to the account of a mobile and log in; unknown ones get an account.

        The code 2009 says that another account has connected the same person.
        """
        user, provider = flow.bind(**validated(serializers.SocialBindSerializer, request))
        return logged_in(request, user, WAYS[provider])


class SocialAccountViewSet(viewsets.ViewSet):
    """What the authenticated user has connected."""

    lookup_field = "provider"

    @extend_schema(responses=serializers.SocialAccountSerializer(many=True))
    def list(self, request: Request) -> APIResponse:
        """The providers that one has connected."""
        rows = selectors.social_accounts_of(current_user_id(request))
        return APIResponse(serializers.SocialAccountSerializer(rows, many=True).data)

    @extend_schema(parameters=[PROVIDER], responses={200: None})
    def destroy(self, request: Request, provider: str) -> APIResponse:
        """Disconnect a provider; refused where it is the only way in."""
        accounts.disconnect(user_id=current_user_id(request), provider=provider)
        return APIResponse(msg="已解除绑定")

    @extend_schema(
        request=serializers.ConnectBeginSerializer, responses=serializers.AuthorizeSerializer
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="connect/authorize",
        throttle_classes=[LoginThrottle],
    )
    def connect_authorize(self, request: Request) -> APIResponse:
        """Begin to connect a provider, with a code sent to the account's own mobile."""
        user = current_user(request)
        attempt = lockout.count_reauthentication(request._request, user)
        data = validated(serializers.ConnectBeginSerializer, request)
        url = flow.begin_connecting(user=user, attempt=attempt, **data)
        return APIResponse({"authorize_url": url})

    @extend_schema(
        request=serializers.SocialArriveSerializer,
        responses=serializers.SocialAccountSerializer(many=True),
    )
    @action(detail=False, methods=["post"], throttle_classes=[SocialReturnThrottle])
    def connect(self, request: Request) -> APIResponse:
        """Connect who is back from the provider; answers what is connected then."""
        data = validated(serializers.SocialArriveSerializer, request)
        flow.connect(user=current_user(request), **data)
        return self.list(request)


def _session(request: Request, user: User, provider: SocialAccount.Provider) -> APIResponse:
    """A login in the shape of an arrival."""
    session = logged_in(request, user, WAYS[provider]).data["data"]
    return APIResponse({"session": session, "binding": None})
