"""The school on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from luffy_api.apps.school.models import (
    Agreement,
    AgreementKind,
    Announcement,
    FooterLink,
    HelpPage,
    SiteSettings,
)
from luffy_api.apps.school.models.site import ICP_REGISTER
from luffy_api.apps.school.selectors import RefundPolicy, SitePage
from luffy_api.libs.markdown import to_html
from luffy_api.libs.rich_text import formats


class LogoSerializer(serializers.Serializer[Any]):
    """A picture with its size in pixels, so that a page can keep its place."""

    url = serializers.CharField(read_only=True)
    width = serializers.IntegerField(read_only=True)
    height = serializers.IntegerField(read_only=True)


class RegistrationSerializer(serializers.Serializer[Any]):
    """A number under which the site is registered, and the page of the public register."""

    number = serializers.CharField(read_only=True)
    link = serializers.CharField(read_only=True)


class CustomerServiceSerializer(serializers.ModelSerializer[SiteSettings]):
    """How students reach the school; blank where there is no such way."""

    phone = serializers.CharField(source="service_phone", read_only=True)
    hours = serializers.CharField(source="service_hours", read_only=True)
    wechat_qr = serializers.ImageField(
        source="service_wechat_qr", read_only=True, allow_null=True, use_url=True
    )

    class Meta:
        model = SiteSettings
        fields = ["phone", "hours", "wechat_qr"]
        read_only_fields = fields


class FooterLinkSerializer(serializers.ModelSerializer[FooterLink]):
    """A link; `link` is a path of ours or an https address."""

    class Meta:
        model = FooterLink
        fields = ["title", "link"]
        read_only_fields = fields


class HelpPageLinkSerializer(serializers.ModelSerializer[HelpPage]):
    """A help page without its text."""

    class Meta:
        model = HelpPage
        fields = ["id", "title"]
        read_only_fields = fields


class HelpPageSerializer(HelpPageLinkSerializer):
    """A help page; `html` is safe to show."""

    html = serializers.SerializerMethodField()

    class Meta(HelpPageLinkSerializer.Meta):
        fields = ["id", "title", "html", "updated_time"]
        read_only_fields = fields

    def get_html(self, page: HelpPage) -> str:
        """The text as HTML."""
        return to_html(page.text)


class AnnouncementLinkSerializer(serializers.ModelSerializer[Announcement]):
    """An announcement without its text; `has_text` says whether there is one to read."""

    has_text = serializers.SerializerMethodField()

    class Meta:
        model = Announcement
        fields = ["id", "title", "has_text", "starts_at"]
        read_only_fields = fields

    def get_has_text(self, announcement: Announcement) -> bool:
        """Whether its page says more than its title."""
        return bool(announcement.text.strip())


class AnnouncementSerializer(AnnouncementLinkSerializer):
    """An announcement; `html` is safe to show."""

    html = serializers.SerializerMethodField()

    class Meta(AnnouncementLinkSerializer.Meta):
        fields = [*AnnouncementLinkSerializer.Meta.fields, "html"]
        read_only_fields = fields

    def get_html(self, announcement: Announcement) -> str:
        """The text as HTML."""
        return formats.to_html(announcement.text, text_format=announcement.content_format)


class AgreementVersionSerializer(serializers.ModelSerializer[Agreement]):
    """A version of an agreement without its text; in force from `created_time` on."""

    kind = serializers.ChoiceField(AgreementKind.choices, read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)

    class Meta:
        model = Agreement
        fields = ["id", "kind", "kind_name", "version", "note", "created_time"]
        read_only_fields = fields


class AgreementSerializer(AgreementVersionSerializer):
    """A version with its text; `html` is safe to show. `versions` are all there are of its kind."""

    html = serializers.SerializerMethodField()
    versions = serializers.SerializerMethodField()

    class Meta(AgreementVersionSerializer.Meta):
        fields = [*AgreementVersionSerializer.Meta.fields, "html", "versions"]
        read_only_fields = fields

    def get_html(self, agreement: Agreement) -> str:
        """The text as HTML."""
        return to_html(agreement.text)

    def get_versions(self, agreement: Agreement) -> list[int]:
        """The numbers, the newest first."""
        versions: list[int] = self.context["versions"]
        return versions


class RefundPolicySerializer(serializers.Serializer[RefundPolicy]):
    """Until when students may ask for their money; `days` is 0 when only staff give it back."""

    days = serializers.IntegerField(read_only=True)
    watched_percent = serializers.IntegerField(read_only=True)


class SiteSerializer(serializers.Serializer[SitePage]):
    """What every page shows of the school."""

    name = serializers.CharField(source="settings.name", read_only=True)
    slogan = serializers.CharField(source="settings.slogan", read_only=True)
    description = serializers.CharField(source="settings.description", read_only=True)
    logo = serializers.SerializerMethodField()
    favicon = serializers.ImageField(source="settings.favicon", read_only=True, allow_null=True)
    icp = serializers.SerializerMethodField()
    police = serializers.SerializerMethodField()
    service = CustomerServiceSerializer(source="settings", read_only=True)
    footer_links = FooterLinkSerializer(many=True, read_only=True)
    help_pages = HelpPageLinkSerializer(many=True, read_only=True)
    agreements = AgreementVersionSerializer(many=True, read_only=True)
    announcement = AnnouncementLinkSerializer(read_only=True, allow_null=True)
    refund_policy = RefundPolicySerializer(read_only=True)
    sold = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="What is sold now besides courses: `package`.",
    )

    @extend_schema_field(LogoSerializer(allow_null=True))
    def get_logo(self, page: SitePage) -> dict[str, Any] | None:
        """The school's own logo, or None for the default one with the name."""
        row = page.settings
        if not row.logo:
            return None
        return {"url": row.logo.url, "width": row.logo_width, "height": row.logo_height}

    @extend_schema_field(RegistrationSerializer(allow_null=True))
    def get_icp(self, page: SitePage) -> dict[str, str] | None:
        """The registration with the ministry of industry, if there is one."""
        number = page.settings.icp_number
        return {"number": number, "link": ICP_REGISTER} if number else None

    @extend_schema_field(RegistrationSerializer(allow_null=True))
    def get_police(self, page: SitePage) -> dict[str, str] | None:
        """The registration with the police, if there is one."""
        row = page.settings
        number = row.police_number
        return {"number": number, "link": row.police_link} if number else None
