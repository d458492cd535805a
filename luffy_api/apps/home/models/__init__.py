"""Tables of pages of the shop that join courses; a module for each subject."""

from luffy_api.apps.home.models.banners import Banner
from luffy_api.apps.home.models.topics import Topic, TopicCourse, TopicQuerySet

__all__ = ["Banner", "Topic", "TopicCourse", "TopicQuerySet"]
