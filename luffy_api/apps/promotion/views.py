"""Coupons of a student, those that may be taken, typed codes, packages, and memberships."""

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from luffy_api.apps.promotion import coupon_targets, packages, selectors, serializers, services
from luffy_api.apps.promotion.exceptions import PackageNotFound
from luffy_api.apps.promotion.membership import opened, own
from luffy_api.apps.promotion.models import Claim, Coupon, PackageQuerySet
from luffy_api.apps.promotion.throttles import RedeemThrottle
from luffy_api.apps.publishing.marks import published
from luffy_api.common.filters import require_pages_only
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import (
    current_user_id,
    optional_user_id,
    validated,
    validated_query,
)
from luffy_api.common.viewsets import APIViewSet


def _naming(coupons: Iterable[Coupon]) -> dict[str, Any]:
    """The context of the shape of these coupons. Two queries at most."""
    return {"targets": coupon_targets.load(coupons)}


class CouponViewSet(APIViewSet):
    """我的优惠券."""

    serializer_class = serializers.ClaimSerializer
    queryset = Claim.objects.none()  # for the API schema; selectors choose the rows

    @extend_schema(
        parameters=[serializers.MyCouponsQuery],
        responses=serializers.ClaimSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """My coupons, the newest first."""
        require_pages_only(request, known=["state"])
        query = validated_query(serializers.MyCouponsQuery, request)
        state = query.get("state", "")
        rows = selectors.my_claims(user_id=current_user_id(request), state=state)
        page = self.paginate_queryset(rows) or []
        context = _naming(claim.coupon for claim in page)
        body = serializers.ClaimSerializer(page, many=True, context=context)
        return self.get_paginated_response(body.data)

    @extend_schema(
        operation_id="coupon_claim",
        request=serializers.ClaimRequestSerializer,
        responses={201: serializers.CouponSerializer},
    )
    def claim(self, request: Request) -> APIResponse:
        """Take a coupon that is offered."""
        data = validated(serializers.ClaimRequestSerializer, request)
        claim = services.claim_coupon(user_id=current_user_id(request), coupon_id=data["coupon"])
        context = _naming([claim.coupon])
        body = serializers.CouponSerializer(claim.coupon, context=context).data
        return APIResponse(body, status=201, msg="领取成功")


class QuoteViewSet(viewsets.ViewSet):
    """What coupons do for a cart."""

    @extend_schema(
        operation_id="coupon_quote",
        request=serializers.QuoteRequestSerializer,
        responses={200: serializers.QuoteSerializer(many=True)},
    )
    def create(self, request: Request) -> APIResponse:
        """What each of my coupons would do for these courses, the best first."""
        data = validated(serializers.QuoteRequestSerializer, request)
        found = selectors.choices(user_id=current_user_id(request), course_ids=data["courses"])
        context = _naming(choice.claim.coupon for choice in found)
        return APIResponse(serializers.QuoteSerializer(found, many=True, context=context).data)


class OfferedCouponViewSet(viewsets.ViewSet):
    """Coupons that a course page offers."""

    permission_classes = [AllowAny]

    @extend_schema(
        parameters=[serializers.CourseQuery],
        responses=serializers.OfferedCouponSerializer(many=True),
    )
    def list(self, request: Request) -> APIResponse:
        """What may be taken for a course now."""
        require_pages_only(request, known=["course"], paged=False)
        query = validated_query(serializers.CourseQuery, request)
        found = selectors.claimable_for(
            course_id=query["course"], user_id=optional_user_id(request)
        )
        body = serializers.OfferedCouponSerializer(found, many=True, context=_naming(found))
        return APIResponse(body.data)


class RedeemViewSet(viewsets.ViewSet):
    """Typed codes."""

    throttle_classes = [RedeemThrottle]

    @extend_schema(
        operation_id="code_redeem",
        request=serializers.RedeemSerializer,
        responses={201: serializers.RedeemedSerializer},
    )
    def create(self, request: Request) -> APIResponse:
        """Use a code, which brings a coupon or opens a course."""
        data = validated(serializers.RedeemSerializer, request)
        redeemed = services.redeem(user_id=current_user_id(request), text=data["code"])
        context = _naming([redeemed.claim.coupon] if redeemed.claim else [])
        body = serializers.RedeemedSerializer(redeemed, context=context).data
        return APIResponse(body, status=201, msg="兑换成功")


# What of a package is another for owners of its courses, and for members.
PERSONAL = ("owned", "total_amount", "single_amount", "is_cheaper", "why", "courses")


def _students_part(*, user_id: int, pk: int) -> Mapping[str, Any] | None:
    """What is different for a student; None when there is no such package any more."""
    try:
        offer = packages.offer(package_id=pk, user_id=user_id)
    except PackageNotFound:
        return None
    if not offer.is_personal:
        return {}
    data: Mapping[str, Any] = serializers.PackageSerializer(offer).data
    return {name: data[name] for name in PERSONAL}


class PackageViewSet(viewsets.ViewSet):
    """One package. Public; whoever has some of its courses pays the others."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="package", responses=serializers.PackageSerializer)
    @published(personal=_students_part)
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """A package's page."""
        offer = packages.offer(package_id=pk, user_id=optional_user_id(request) or packages.VISITOR)
        return APIResponse(serializers.PackageSerializer(offer).data)


class PackageListViewSet(viewsets.ViewSet):
    """Packages that may be bought now. Public; a token is not read."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="package_list",
        parameters=[serializers.PackagesQuery],
        responses=serializers.PackageCardSerializer(many=True),
    )
    @published()
    def list(self, request: Request) -> APIResponse:
        """All of them, or those that a course is in, in display order."""
        require_pages_only(request, known=["course"], paged=False)
        query = validated_query(serializers.PackagesQuery, request)
        found = packages.listed(course_id=query.get("course"))
        return APIResponse(serializers.PackageCardSerializer(found, many=True).data)


class PackagePageViewSet(APIViewSet):
    """All packages, a page at a time. Public; a token is not read."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    serializer_class = serializers.PackageCardSerializer

    def get_queryset(self) -> PackageQuerySet:
        """Return what is paged."""
        return packages.sellable()

    @extend_schema(
        operation_id="package_page", responses=serializers.PackageCardSerializer(many=True)
    )
    @published()
    def list(self, request: Request) -> Response:
        """Those whose courses are all sold now, in display order."""
        require_pages_only(request)
        found = packages.offers(self.paginate_queryset(self.get_queryset()) or [])
        return self.get_paginated_response(self.get_serializer(found, many=True).data)


class MembershipOfferViewSet(viewsets.ViewSet):
    """What memberships are sold. Public; a token is not read."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="membership_offer", responses=serializers.MembershipOfferSerializer)
    @published()
    def retrieve(self, request: Request) -> APIResponse:
        """The terms, and how many courses they open."""
        return APIResponse(serializers.MembershipOfferSerializer(own.offer()).data)


class MembershipViewSet(viewsets.ViewSet):
    """The membership of the student who is logged in."""

    @extend_schema(operation_id="membership", responses=serializers.MembershipSerializer)
    def retrieve(self, request: Request) -> APIResponse:
        """When it ends, and what was bought of it."""
        found = own.membership(current_user_id(request))
        return APIResponse(serializers.MembershipSerializer(found).data)

    @extend_schema(operation_id="membership_course", responses=serializers.OpenedCourseSerializer)
    def course(self, request: Request, pk: int) -> APIResponse:
        """How I have a course; false for any that I have not."""
        found = opened.is_only_opened(user_id=current_user_id(request), course_id=pk)
        return APIResponse({"only_opened": found})

    @extend_schema(operation_id="membership_join", request=None, responses={200: None})
    def join(self, request: Request, pk: int) -> APIResponse:
        """Open a course of the type VIP for as long as my membership lasts."""
        opened.join(user_id=current_user_id(request), course_id=pk)
        return APIResponse(msg="已加入学习，会员期内可以学习全部课时")
