from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "luffy_api.apps.search"
    label = "search"
    verbose_name = "搜索"
