"""The back office of learning; a module for each subject."""

from luffy_api.apps.learning.admin import certificates, quizzes, study_days

__all__ = ["certificates", "quizzes", "study_days"]
