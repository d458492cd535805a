from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "luffy_api.apps.dashboard"
    label = "dashboard"
    verbose_name = "工作台"

    def ready(self) -> None:
        """The back office has its menu, and its first page leads through the first steps."""
        from luffy_api.apps.dashboard import first_steps, menu
        from luffy_api.common import admin_site

        admin_site.arrange_menu(menu.GROUPS)
        admin_site.lead_with(first_steps.first_steps)
