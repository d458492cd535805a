"""What every page shows of the school, kept in this process until something public changes.

Documents of the app, pages of the back office and mails name the school. None of them may wait for
the database because of that, nor fail without it: then the last known page holds, or the defaults.
"""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import Error as DatabaseFault

from luffy_api.apps.publishing.versions import Made, versions
from luffy_api.apps.school import selectors
from luffy_api.apps.school.selectors import SitePage

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Kept:
    page: SitePage
    made: Made


class CurrentSite:
    """The page that this process knows."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def page(self) -> SitePage:
        """As old as a published answer at most; no query unless something public has changed."""
        if not settings.PUBLISHED_BYTES:
            return self._read()
        version = versions.now()
        if version is None:
            return self._last()
        if self._kept and version.holds(self._kept.made):
            return self._kept.page
        made = version.made()
        self._kept = _Kept(self._read(), made)
        return self._kept.page

    def forget(self) -> None:
        """Read it again at the next call."""
        self._kept = None

    def _read(self) -> SitePage:
        try:
            return selectors.site_page()
        except DatabaseFault as error:
            logger.warning("the site's settings cannot be read: %s", type(error).__name__)
            return self._last()

    def _last(self) -> SitePage:
        return self._kept.page if self._kept else selectors.default_site_page()


current_site = CurrentSite()


def name() -> str:
    """What the school is called."""
    return current_site.page().settings.name


def logo_url() -> str:
    """The address of the school's own logo; "" without one."""
    logo = current_site.page().settings.logo
    return logo.url if logo else ""
