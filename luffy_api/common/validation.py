"""Validated input of a request, and its user."""

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer


def validated(
    serializer_class: type[BaseSerializer[Any]], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """The body as the serializer's `validated_data`. Raises DRF's ValidationError (400)."""
    serializer = serializer_class(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


def validated_query(
    serializer_class: type[BaseSerializer[Any]], request: Request
) -> dict[str, Any]:
    """The query string as the serializer's `validated_data`. Raises ValidationError (400)."""
    # A QueryDict would make DRF treat a blank value like an absent one; a dict does not.
    serializer = serializer_class(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


def current_user(request: Request) -> Any:
    """The user (settings.AUTH_USER_MODEL) of a view that requires authentication."""
    return request.user


def current_user_id(request: Request) -> int:
    """The primary key of `current_user`."""
    return cast(int, request.user.pk)


def optional_user(request: Request) -> Any:
    """The user (settings.AUTH_USER_MODEL), or None for an anonymous visitor."""
    return request.user if request.user and request.user.is_authenticated else None


def optional_user_id(request: Request) -> int | None:
    """The primary key of `optional_user`."""
    user = optional_user(request)
    return user.pk if user else None
