from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "luffy_api.apps.dashboard"
    label = "dashboard"
    verbose_name = "工作台"
