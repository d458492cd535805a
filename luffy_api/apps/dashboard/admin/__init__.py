"""The back office's own pages; Django looks for this package by its name."""

from luffy_api.apps.dashboard.admin import (
    audit,
    courses,
    figures,
    imports,
    message_kinds,
    messages,
    students,
    taught_quizzes,
    teaching,
)

__all__ = [
    "audit",
    "courses",
    "figures",
    "imports",
    "message_kinds",
    "messages",
    "students",
    "taught_quizzes",
    "teaching",
]
