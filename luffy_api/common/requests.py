"""What views do first with a request."""

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer


def validated(
    serializer_class: type[BaseSerializer[Any]], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """The body in the serializer's shape; raises ValidationError (400)."""
    serializer = serializer_class(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


def validated_query(
    serializer_class: type[BaseSerializer[Any]], request: Request
) -> dict[str, Any]:
    """The query string in the serializer's shape; raises ValidationError (400)."""
    # As a plain dictionary a blank value is a value, and refused like any other wrong one.
    serializer = serializer_class(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


def current_user(request: Request) -> Any:
    """The user (settings.AUTH_USER_MODEL) of a view that only lets users in."""
    return request.user


def current_user_id(request: Request) -> int:
    """The id of that user."""
    return cast(int, request.user.pk)


def optional_user_id(request: Request) -> int | None:
    """The user's id, or None for a visitor."""
    return request.user.pk if request.user and request.user.is_authenticated else None
