from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "luffy_api.apps.dashboard"
    label = "dashboard"
    verbose_name = "工作台"

    def ready(self) -> None:
        """The back office has its menu; lists of students lead to their pages."""
        from luffy_api.apps.dashboard import first_steps, menu, student_page
        from luffy_api.apps.user import student_pages
        from luffy_api.common import admin_site

        admin_site.arrange_menu(menu.GROUPS)
        admin_site.lead_with(first_steps.first_steps)
        student_pages.lead_to(student_page.address)
