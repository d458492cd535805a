"""Copies the videos that stood in columns of their sections. Restore a backup to go back."""

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery

PROCESSING, READY, FAILED = 2, 3, 4
BATCH = 1000
COLUMNS = ["pk", "video", "hls", "poster", "duration", "video_plays", "media_state", "media_note"]


def copy_videos(apps, schema_editor):
    """One current video for each section that has one, with its job."""
    database = schema_editor.connection.alias
    Video = apps.get_model("video", "Video")
    sections = apps.get_model("course", "CourseSection").objects.using(database)
    filled = sections.exclude(video="", hls="").order_by("pk")
    last = 0
    while rows := list(filled.filter(pk__gt=last).values_list(*COLUMNS)[:BATCH]):
        Video.objects.using(database).bulk_create(_video(Video, *row) for row in rows)
        last = rows[-1][0]
    playable = ~Q(hls="") | (~Q(video="") & Q(video_plays=True))
    sections.filter(playable).update(is_playable=True)
    _assign_jobs(apps, database)


def _video(Video, section_id, file, hls, poster, duration, plays, state, note):
    # A playlist that was stored by hand stood where files do.
    if file.lower().endswith(".m3u8"):
        file, hls = "", hls or file
    return Video(
        section_id=section_id,
        file=file,
        hls=hls,
        poster=poster,
        duration=duration,
        plays_natively=bool(file) and plays,
        # What was stored by hand has no state.
        state=state if state in (PROCESSING, FAILED) else READY,
        note=note,
        is_current=True,
    )


def _assign_jobs(apps, database):
    """Jobs of replaced videos go."""
    jobs = apps.get_model("video", "TranscodingJob").objects.using(database)
    videos = apps.get_model("video", "Video").objects.using(database)
    own = videos.filter(section=OuterRef("section"), file=OuterRef("source"))
    jobs.update(video_id=Subquery(own.values("pk")[:1]))
    jobs.filter(video=None).delete()


class Migration(migrations.Migration):
    dependencies = [("video", "0002_video")]

    operations = [migrations.RunPython(copy_videos)]
