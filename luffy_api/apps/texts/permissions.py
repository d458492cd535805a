"""Who may upload pictures for texts, and convert texts: staff who may write one."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from luffy_api.apps.texts import registry
from luffy_api.common.staff_session import is_staff_with


class MayWriteTexts(BasePermission):
    """Staff with a right to add or change rows with such texts."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Any of the rights will do: a picture belongs to no row yet."""
        return any(is_staff_with(request.user, right) for right in registry.rights())
