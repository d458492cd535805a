from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "luffy_api.apps.home"
    label = "home"
    verbose_name = "首页"
