from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "luffy_api.apps.dashboard"
    label = "dashboard"
    verbose_name = "工作台"

    def ready(self) -> None:
        """The first page of the back office leads through the first steps."""
        from luffy_api.apps.dashboard import first_steps
        from luffy_api.common import admin_site

        admin_site.lead_with(first_steps.first_steps)
