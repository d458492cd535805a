"""Models of the school's own settings, by subject."""

from luffy_api.apps.school.models.agreements import (
    Agreement,
    AgreementKind,
    AgreementQuerySet,
)
from luffy_api.apps.school.models.settings import SchoolSettings
from luffy_api.apps.school.models.site import Announcement, FooterLink, HelpPage, SiteSettings

__all__ = [
    "Agreement",
    "AgreementKind",
    "AgreementQuerySet",
    "Announcement",
    "FooterLink",
    "HelpPage",
    "SchoolSettings",
    "SiteSettings",
]
