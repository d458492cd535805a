"""The backup of every night, and pictures of banners."""

import logging

from django.conf import settings
from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.home.backups import creation
from luffy_api.apps.home.banner_images import MAKERS
from luffy_api.apps.home.exceptions import BackupFailed, BackupRunning
from luffy_api.apps.monitoring import alerts
from luffy_api.apps.monitoring.alerts import Problem
from luffy_api.common.schedules import shanghai

logger = logging.getLogger(__name__)

# Of several runners that start it at the same minute the first makes the backup.
RECENT_SECONDS = 3600
# What its failure is called until a backup succeeds.
ALERT = "backup"


@db_periodic_task(shanghai(minute="41", hour="3"))  # type: ignore[untyped-decorator]
def back_up() -> None:
    """Every night where BACKUP_DIR is set; by hand `manage.py backup`. A failure is an alert."""
    folder = settings.BACKUP_DIR
    if folder is None:
        return
    try:
        age = creation.age_of_newest(folder)
        if age is not None and age < RECENT_SECONDS:
            return
        made = creation.create(folder=folder, keep=settings.BACKUP_KEEP)
    except BackupRunning:
        logger.info("another backup in %s is running", folder)
    except BackupFailed as error:
        problem = Problem(ALERT, "备份失败", f"今晚的备份没有完成：{error}")
        alerts.report(problem, source=ALERT, anew=True)
    else:
        alerts.resolve(ALERT)
        logger.info("backup made: %s", made)


@db_periodic_task(shanghai(minute="*/10"))  # type: ignore[untyped-decorator]
def render_banners() -> None:
    """At once when a picture was saved in the back office, and every ten minutes."""
    for maker in MAKERS:
        maker.make_missing()


@db_periodic_task(shanghai(hour="4", minute="33"))  # type: ignore[untyped-decorator]
def clean_up_banners() -> None:
    """Every night at 4:33."""
    for maker in MAKERS:
        maker.clean_up()
