"""Inline rows of the back office in pages: a course has hundreds of sections."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from luffy_api.common.edit_conflicts.admin import EditConflictsInline
from luffy_api.common.edit_conflicts.forms import EditedInlineFormSet

PER_PAGE = 50


class PagedFormSet(EditedInlineFormSet):
    """Shows the rows of one page; a form that was sent has the rows that it names."""

    page_number: Any = 1
    page: Page[Any] | None = None

    def get_queryset(self) -> QuerySet[Any]:
        """Hook of Django."""
        if not hasattr(self, "_paged"):
            rows = super().get_queryset()
            self._paged = self._named(rows) if self.is_bound else self._page_of(rows)
            self._queryset = self._paged
        return self._paged

    @property
    def page_parameter(self) -> str:
        """Of the page's address."""
        return f"{self.prefix}-page"

    def _page_of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        self.page = Paginator(rows, PER_PAGE).get_page(self.page_number)
        return self.page.object_list  # type: ignore[return-value]

    def _named(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        # Django bounds the number of all rows only, not how many of them are said to be there.
        count = min(self.initial_form_count(), self.total_form_count())
        keys = (f"{self.add_prefix(i)}-id" for i in range(count))
        named = (self.data.get(key, "") for key in keys)
        return rows.filter(pk__in=[pk for pk in named if pk.isdecimal() and len(pk) < 19])


class PagedInline(EditConflictsInline):
    """Mixin of inlines whose rows come in pages; the template shows the pager."""

    formset = PagedFormSet

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Hook of Django: the class is made anew for each request."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.page_number = request.GET.get(f"{formset.get_default_prefix()}-page", 1)
        return formset
