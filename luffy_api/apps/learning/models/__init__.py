"""What students have done; a module for each subject."""

from luffy_api.apps.learning.models.progress import (
    CourseCertificate,
    SectionAnswer,
    SectionProgress,
    SectionProgressQuerySet,
    StudyDay,
)
from luffy_api.apps.learning.models.quizzes import (
    Quiz,
    QuizAttempt,
    QuizPicture,
    QuizPictureCheckpoint,
    QuizQuestion,
)

__all__ = [
    "CourseCertificate",
    "Quiz",
    "QuizAttempt",
    "QuizPicture",
    "QuizPictureCheckpoint",
    "QuizQuestion",
    "SectionAnswer",
    "SectionProgress",
    "SectionProgressQuerySet",
    "StudyDay",
]
