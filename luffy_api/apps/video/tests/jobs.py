"""A video that is being transcoded: its names, its job, and what became of it."""

from luffy_api.apps.video.models import TranscodingJob, Video
from luffy_api.tests.factories import current_video

VideoState, State = Video.State, TranscodingJob.State
FOLDER = "course/videos/202611/0123456789abcdef0123456789abcdef"
NAME = f"{FOLDER}/source.mp4"
NEW = "course/videos/202611/abcdef0123456789abcdef0123456789/source.mp4"


def job():
    return TranscodingJob.objects.get()


def running():
    """The job, as its worker has taken it."""
    TranscodingJob.objects.update(state=State.RUNNING, attempts=1)
    return job()


def state(section):
    section.refresh_from_db()
    video = current_video(section)
    return video.state, video.note
