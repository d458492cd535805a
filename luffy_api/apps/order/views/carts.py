"""选课车."""

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.request import Request

from luffy_api.apps.order import cart
from luffy_api.apps.order.serializers import carts as serializers
from luffy_api.common.response import APIResponse
from luffy_api.common.validation import current_user_id, validated


class CartViewSet(viewsets.ViewSet):
    """The cart of the student who is logged in. Each answer is the whole cart."""

    @extend_schema(operation_id="cart_list", responses=serializers.CartItemSerializer(many=True))
    def list(self, request: Request) -> APIResponse:
        """What is in it, the newest first."""
        return self._cart(request)

    @extend_schema(
        operation_id="cart_add",
        request=serializers.CartCourseSerializer,
        responses={201: serializers.CartItemSerializer(many=True)},
    )
    def add(self, request: Request) -> APIResponse:
        """Put a course into it; the same course twice is there once."""
        data = validated(serializers.CartCourseSerializer, request)
        cart.add(user_id=current_user_id(request), course_id=data["course"])
        return self._cart(request, msg="已加入选课车", status=201)

    @extend_schema(
        operation_id="cart_clear", responses={200: serializers.CartItemSerializer(many=True)}
    )
    def clear(self, request: Request) -> APIResponse:
        """Take out what cannot be bought any more."""
        cart.remove_unsold(user_id=current_user_id(request))
        return self._cart(request, msg="已清理")

    @extend_schema(
        operation_id="cart_remove", responses={200: serializers.CartItemSerializer(many=True)}
    )
    def remove(self, request: Request, course: int) -> APIResponse:
        """Take a course out of it."""
        cart.remove(user_id=current_user_id(request), course_id=course)
        return self._cart(request, msg="已移出选课车")

    def _cart(self, request: Request, *, msg: str = "成功", status: int = 200) -> APIResponse:
        rows = cart.rows(user_id=current_user_id(request))
        body = serializers.CartItemSerializer(rows, many=True).data
        return APIResponse(body, msg=msg, status=status)
