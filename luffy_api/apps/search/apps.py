from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "luffy_api.apps.search"
    label = "search"
    verbose_name = "搜索"

    def ready(self) -> None:
        """The index hears of changes in the catalogue, and of its own faults."""
        from luffy_api.apps.course.models.outbox import on_change
        from luffy_api.apps.search import answering, tasks

        on_change(tasks.hurry)
        answering.on_unusable(tasks.heal)
