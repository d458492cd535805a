"""The back office of learning; a module for each subject."""

from luffy_api.apps.learning.admin import certificates, study_days

__all__ = ["certificates", "study_days"]
