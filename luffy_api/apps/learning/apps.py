import os

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "luffy_api.apps.learning"
    label = "learning"
    verbose_name = "学习"

    def ready(self) -> None:
        """Register a student's own data, its erasure, and when reports are written."""
        from luffy_api.apps.learning import (
            certificates,
            models,
            progress_buffer,
            quiz_moves,
            quiz_pictures,
            stream_limit,
        )
        from luffy_api.apps.learning import personal_data as own
        from luffy_api.apps.texts import registry
        from luffy_api.apps.user import account_deletion, personal_data
        from luffy_api.common import background

        personal_data.register("progress", own.progress)
        personal_data.register("study_days", own.study_days)
        personal_data.register("answers", own.answers)
        personal_data.register("quiz_attempts", own.quiz_attempts)
        personal_data.register("certificates", own.certificates)
        account_deletion.register(certificates.erase)
        account_deletion.register(quiz_moves.erase)
        registry.register(models.QuizQuestion, "text", "explanation")
        registry.register_keeper(quiz_pictures.kept)
        background.register(progress_buffer.flush, at_exit=progress_buffer.flush_all)
        os.register_at_fork(after_in_child=progress_buffer.clear_local)
        os.register_at_fork(after_in_child=stream_limit.clear_local)
