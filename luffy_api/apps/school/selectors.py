"""Reads of the school's settings."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Max, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from luffy_api.apps.school import sold
from luffy_api.apps.school.exceptions import AgreementNotFound, PageNotFound
from luffy_api.apps.school.models import (
    Agreement,
    Announcement,
    FooterLink,
    HelpPage,
    SchoolSettings,
    SiteSettings,
)
from luffy_api.apps.school.models.agreements import FOR_ACCOUNTS
from luffy_api.common.prepared_query import PreparedQuery

# The oldest are left out; a school archives what is over.
MAX_ANNOUNCEMENTS = 50


@dataclass(frozen=True)
class RefundPolicy:
    """Until how many days after paying, and how many percent watched, a student may ask."""

    days: int
    watched_percent: int


@dataclass(frozen=True, eq=False)
class SitePage:
    """What every page shows of the school.

    `announcement` is the one in the bar, `sold` names what is sold besides courses (`sold.kinds`).
    """

    settings: SiteSettings
    footer_links: list[FooterLink]
    help_pages: list[HelpPage]
    agreements: list[Agreement]
    announcement: Announcement | None
    refund_policy: RefundPolicy
    sold: list[str]


def school_settings() -> SchoolSettings:
    """The stored row, or an unsaved one with the defaults. One query."""
    row = _school_settings.first()
    return row or SchoolSettings(pk=SchoolSettings.ONLY_PK)


def refund_policy() -> RefundPolicy:
    """The school's rule for refunds that students ask for. One query."""
    return _policy(school_settings())


def _policy(row: SchoolSettings) -> RefundPolicy:
    return RefundPolicy(days=row.refund_days, watched_percent=row.refund_watched_percent)


def refund_returns_coupon() -> bool:
    """Whether a coupon goes back with all of the money. One query."""
    return school_settings().refund_returns_coupon


def offline_confirm_above() -> Decimal:
    """Above how many yuan a second person confirms a payment by hand. One query."""
    return school_settings().offline_confirm_above


def site_settings() -> SiteSettings:
    """The stored row, or an unsaved one with the defaults. One query."""
    row = _site_settings.first()
    return row or SiteSettings(pk=SiteSettings.ONLY_PK)


def site_page() -> SitePage:
    """What every page shows of the school. Seven queries."""
    return SitePage(
        settings=site_settings(),
        footer_links=_footer_links.all(),
        help_pages=_help_pages.all(),
        agreements=_agreements.all(),
        announcement=_announcement_in_bar.first(timezone.now()),
        refund_policy=refund_policy(),
        sold=sold.kinds(),
    )


def default_site_page() -> SitePage:
    """What holds as long as nothing is stored. No query."""
    policy = _policy(SchoolSettings(pk=SchoolSettings.ONLY_PK))
    return SitePage(SiteSettings(pk=SiteSettings.ONLY_PK), [], [], [], None, policy, [])


def announcements() -> QuerySet[Announcement]:
    """What visitors see now, in display order, at most MAX_ANNOUNCEMENTS. One query."""
    return Announcement.objects.current(timezone.now())[:MAX_ANNOUNCEMENTS]


def announcement(*, announcement_id: int) -> Announcement:
    """One that visitors see now. One query. Raises PageNotFound."""
    row = Announcement.objects.current(timezone.now()).filter(pk=announcement_id).first()
    if row is None:
        raise PageNotFound
    return row


def next_announcement_change(after: datetime) -> datetime | None:
    """When an announcement begins or ends next after a moment (UTC). Two queries."""
    shown = Announcement.objects.visible()
    begins = shown.filter(starts_at__gt=after).aggregate(moment=Min("starts_at"))["moment"]
    ends = shown.filter(ends_at__gt=after).aggregate(moment=Min("ends_at"))["moment"]
    return min((moment for moment in (begins, ends) if moment), default=None)


def help_page(*, page_id: int) -> HelpPage:
    """A page that visitors see. One query. Raises PageNotFound."""
    row = HelpPage.objects.visible().filter(pk=page_id).first()
    if row is None:
        raise PageNotFound
    return row


def current_agreements() -> QuerySet[Agreement]:
    """The newest version of each agreement, without those that were never published. One query."""
    newest = Agreement.objects.filter(kind=OuterRef("kind")).order_by("-version")
    return Agreement.objects.filter(pk=Subquery(newest.values("pk")[:1])).order_by("id")


# What every page of the back office and every first page asks for.
_school_settings = PreparedQuery(
    lambda: SchoolSettings.objects.filter(pk=SchoolSettings.ONLY_PK).order_by("pk")[:1]
)
_site_settings = PreparedQuery(
    lambda: SiteSettings.objects.filter(pk=SiteSettings.ONLY_PK).order_by("pk")[:1]
)
_footer_links = PreparedQuery(lambda: FooterLink.objects.visible())
_help_pages = PreparedQuery(lambda: HelpPage.objects.visible().defer("text"))
_agreements = PreparedQuery(lambda: current_agreements().defer("text"))
_announcement_in_bar = PreparedQuery(
    lambda now: Announcement.objects.current(now).filter(in_bar=True)[:1], datetime
)


def agreements_for_accounts() -> QuerySet[Agreement]:
    """The versions that whoever opens an account agrees to. One query."""
    return current_agreements().filter(kind__in=FOR_ACCOUNTS)


def needed_versions() -> dict[str, int]:
    """The oldest version by kind that an account has to have agreed to. One query."""
    asked = Agreement.objects.filter(kind__in=FOR_ACCOUNTS, asks_again=True)
    rows = asked.order_by().values_list("kind").annotate(Max("version"))
    return dict(rows)


def agreement(*, kind: str, version: int | None = None) -> Agreement:
    """The version that is asked for, or the newest. One query. Raises AgreementNotFound."""
    versions = Agreement.objects.filter(kind=kind)
    wanted = versions if version is None else versions.filter(version=version)
    row = wanted.order_by("-version").first()
    if row is None:
        raise AgreementNotFound
    return row


def versions_of(kind: str) -> "QuerySet[Agreement, int]":
    """The number of every version, the newest first. One query."""
    versions = Agreement.objects.filter(kind=kind).order_by("-version")
    return versions.values_list("version", flat=True)


def version_at(*, kind: str, moment: datetime) -> int | None:
    """Which version was in force at a moment (UTC); None when there was none. One query."""
    newest = Agreement.objects.filter(kind=kind).at(moment).aggregate(Max("version"))
    found: int | None = newest["version__max"]
    return found
