from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "luffy_api.apps.texts"
    label = "texts"
    verbose_name = "文字"
