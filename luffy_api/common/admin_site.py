"""The site of the back office: Django's own, whose menu says how much work waits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import SimpleLazyObject


@dataclass(frozen=True)
class MenuGroup:
    """A part of the menu: labels of models ("app.Model") in their order.

    A label has the name to be shown, or None for the model's own.
    """

    title: str
    models: Mapping[str, str | None]


_menu: list[MenuGroup] = []
_steps: list[Callable[[], list[Any]]] = []
_brand: dict[str, Callable[[], str]] = {}


def name_with(name: Callable[[], str], *, logo: Callable[[], str]) -> None:
    """Where pages find what the school is called, and the address of its logo ("" for none)."""
    _brand.update(name=name, logo=logo)


def arrange_menu(groups: Sequence[MenuGroup]) -> None:
    """The menu has these groups; what is in none of them is not shown."""
    _menu[:] = groups


def menu_name(label: str) -> str | None:
    """What the menu calls a model ("auth.Group"), where that is not the model's own name."""
    return next((group.models[label] for group in _menu if label in group.models), None)


def lead_with(steps: Callable[[], list[Any]]) -> None:
    """What the first page shows superusers above everything else, while there is anything."""
    _steps.append(steps)


class BackOfficeConfig(AdminConfig):
    """Installed in the place of `django.contrib.admin`."""

    default_site = "luffy_api.common.admin_site.BackOfficeSite"


class BackOfficeSite(AdminSite):
    """Adds the result of `waiting_count()`, where a ModelAdmin has it, to its menu entry.

    The page with the menu asks once; every other page is shown inside of it.
    """

    index_template = "admin/frame.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Hook of Django: whatever a page changes stands in the audit log with its values.

        A save that the database has undone is repeated, and a page of a list is found by keys.
        """
        from luffy_api.common.audit_admin import AuditedAdmin  # needs models
        from luffy_api.common.choosers import ChoosersMixin
        from luffy_api.common.deep_pages import KeyPaginator
        from luffy_api.common.deletion_pages import DeletionPagesAdmin
        from luffy_api.common.list_lookups import ListLookupsAdmin
        from luffy_api.common.moment_pages import MomentsMixin
        from luffy_api.common.readable_pages import ReadableTextsMixin
        from luffy_api.common.repeated_pages import RepeatedAdmin
        from luffy_api.common.unknown_ids import UnknownIdsAdmin

        base = admin_class or ModelAdmin
        lists = (DeletionPagesAdmin, ListLookupsAdmin, UnknownIdsAdmin)
        choosers = () if issubclass(base, ChoosersMixin) else (ChoosersMixin,)
        fields = (ReadableTextsMixin, MomentsMixin, *choosers)
        bases = (RepeatedAdmin, AuditedAdmin, *fields, *lists, base)
        # Lists and choosers; a few have a paginator of their own.
        paginator = KeyPaginator if base.paginator is Paginator else base.paginator
        own = {"__module__": base.__module__, "paginator": paginator}
        audited = type(base.__name__, bases, own)
        super().register(model_or_iterable, audited, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """A list as soon as something reads it: `each_context` asks, and only the frame shows it.

        To find out what an account may see takes a quarter of the time of such a page.
        """
        find = super().get_app_list
        return SimpleLazyObject(lambda: find(request, app_label))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the school's own name and logo."""
        name = SimpleLazyObject(_brand["name"])
        brand = {"site_header": name, "site_title": name, "site_logo": _brand["logo"]}
        return {**super().each_context(request), **brand}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The frame of the back office with its menu."""
        steps = [step for find in _steps for step in find()] if request.user.is_superuser else []
        context = {"app_list": self._menu(request), "first_steps": steps}
        return super().index(request, {**(extra_context or {}), **context})

    def _menu(self, request: HttpRequest) -> list[Any]:
        """The groups in the shape of Django's `app_list`, with what this user may see of them."""
        apps = self.get_app_list(request)
        entries = {entry["model"]._meta.label: entry for app in apps for entry in app["models"]}
        groups = [
            {
                "name": group.title,
                "app_label": group.title,
                "models": [
                    self._with_count(entries[label], name)
                    for label, name in group.models.items()
                    if label in entries
                ],
            }
            for group in _menu
        ]
        return [group for group in groups if group["models"]]

    def _with_count(self, entry: dict[str, Any], name: str | None) -> dict[str, Any]:
        name = name or str(entry["name"])
        count = getattr(self._registry[entry["model"]], "waiting_count", None)
        if count and (waiting := count()):
            name = f"{name}（{waiting}）"
        return {**entry, "name": name}
