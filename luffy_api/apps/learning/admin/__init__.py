"""The back office of learning; a module for each subject."""

from luffy_api.apps.learning.admin import attempts, certificates, quizzes, study_days

__all__ = ["attempts", "certificates", "quizzes", "study_days"]
