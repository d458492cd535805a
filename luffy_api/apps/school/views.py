"""What visitors read about the school. Public; tokens are not looked at."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from luffy_api.apps.publishing.marks import published
from luffy_api.apps.school import selectors, serializers
from luffy_api.apps.school.models import Agreement
from luffy_api.common.response import APIResponse


class SchoolViewSet(viewsets.ViewSet):
    """The base of what is the same for everybody."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


class SiteViewSet(SchoolViewSet):
    """The site's own settings."""

    @extend_schema(responses=serializers.SiteSerializer)
    @published()
    def retrieve(self, request: Request) -> APIResponse:
        """Name, logo, registrations, service, links, agreements in force, and the bar's news."""
        return APIResponse(serializers.SiteSerializer(selectors.site_page()).data)


class AnnouncementViewSet(SchoolViewSet):
    """News for all visitors."""

    @extend_schema(responses=serializers.AnnouncementLinkSerializer(many=True))
    @published()
    def list(self, request: Request) -> APIResponse:
        """What is announced now, in display order."""
        rows = selectors.announcements()
        return APIResponse(serializers.AnnouncementLinkSerializer(rows, many=True).data)

    @extend_schema(responses=serializers.AnnouncementSerializer)
    @published()
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """One announcement with its text."""
        row = selectors.announcement(announcement_id=pk)
        return APIResponse(serializers.AnnouncementSerializer(row).data)


class HelpPageViewSet(SchoolViewSet):
    """Help pages; `SiteViewSet` lists them."""

    @extend_schema(responses=serializers.HelpPageSerializer)
    @published()
    def retrieve(self, request: Request, pk: int) -> APIResponse:
        """One help page with its text."""
        return APIResponse(serializers.HelpPageSerializer(selectors.help_page(page_id=pk)).data)


class AgreementViewSet(SchoolViewSet):
    """Agreements; every version that was ever published can be read."""

    @extend_schema(responses=serializers.AgreementSerializer)
    @published()
    def retrieve(self, request: Request, kind: str) -> APIResponse:
        """The version that is in force, with its text."""
        return _with_versions(selectors.agreement(kind=kind))

    @extend_schema(operation_id="home_agreement_version", responses=serializers.AgreementSerializer)
    @published()
    def version(self, request: Request, kind: str, version: int) -> APIResponse:
        """Any version with its text."""
        return _with_versions(selectors.agreement(kind=kind, version=version))


def _with_versions(row: Agreement) -> APIResponse:
    numbers = list(selectors.versions_of(row.kind))
    serializer = serializers.AgreementSerializer(row, context={"versions": numbers})
    return APIResponse(serializer.data)
