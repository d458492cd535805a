"""Reads for the back office."""

from django.db.models import OuterRef, Subquery

from luffy_api.apps.course.models import CourseSectionQuerySet
from luffy_api.apps.video.models import TranscodingJob


def with_conversion(sections: CourseSectionQuerySet) -> CourseSectionQuerySet:
    """Annotates `conversion`: the progress of the current video's job in percent, or None."""
    jobs = TranscodingJob.objects.filter(section=OuterRef("pk"), source=OuterRef("video"))
    return sections.annotate(conversion=Subquery(jobs.values("progress")[:1]))
