import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { behindTheCounter } from './shop'

const LESSON = fileURLToPath(new URL('../../luffy_api/apps/home/demo/assets/video/lesson.mp4', import.meta.url))

/** What a film is cut to that is only converted: of the whole lesson that is work for a quarter of a minute. */
export const SHORT = 6

function cut(seconds: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'film-'))
  const made = join(folder, 'short.mp4')
  try {
    execFileSync('ffmpeg', ['-v', 'error', '-t', String(seconds), '-i', LESSON, '-c', 'copy', made])
    return readFileSync(made)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The demo lesson, a real film of 26 seconds, or its beginning; with a padding that players skip it has several parts. */
export function film(name: string, { padding = 0, seconds = Infinity } = {}) {
  const free = Buffer.alloc(padding)
  if (padding > 0) {
    free.writeUInt32BE(padding, 0)
    free.write('free', 4, 'latin1')
  }
  const pictures = seconds === Infinity ? readFileSync(LESSON) : cut(seconds)
  return { name, mimeType: 'video/mp4', buffer: Buffer.concat([pictures, free]) }
}

const NEW_SECTIONS = `
import json
from luffy_api.apps.course.models import Course, CourseChapter, CourseSection
from luffy_api.apps.course.services import recount_sections
course = Course.objects.get(name="COURSE")
chapter = CourseChapter.objects.create(course=course, chapter=90, name="新录的一章")
film = {"video": CourseSection.objects.exclude(video="").first().video.name, "media_state": 3} if FILMED else {}
ids = [CourseSection.objects.create(chapter=chapter, name=name, orders=at, **film).pk for at, name in enumerate(NAMES)]
recount_sections(course.pk)
print(json.dumps([course.pk, chapter.pk, ids]))
`

export interface NewChapter {
  course: number
  chapter: number
  sections: number[]
}

interface Making {
  /** The films are there already. */
  filmed?: boolean
  /** The surroundings of another shop. */
  env?: Record<string, string | undefined>
}

/** A chapter whose videos are still to come, or have come, made behind the shop's back. */
export function newChapter(course: string, names: string[], { filmed = false, env }: Making = {}): NewChapter {
  const script = NEW_SECTIONS.replace('COURSE', course).replace('FILMED', filmed ? 'True' : 'False')
  const said = behindTheCounter(script.replace('NAMES', JSON.stringify(names)), env)
  const [id, chapter, sections] = JSON.parse(said) as [number, number, number[]]
  return { course: id, chapter, sections }
}

const READY_SECTIONS = `
import json, subprocess, tempfile
from django.core.files import File
from luffy_api.apps.course.models import Course, CourseChapter, CourseSection, Enrollment
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.course.services import recount_sections
from luffy_api.apps.home.demo import files
from luffy_api.apps.user.models import User
from luffy_api.libs import storage
from django.utils import timezone

def flv(name, before=(), after=()):
    lesson = str(files.ASSETS / "video" / "lesson.mp4")
    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/{name}"
        subprocess.run(["ffmpeg", "-v", "error", *before, "-i", lesson, "-c", "copy", *after, made], check=True)
        with open(made, "rb") as film:
            return storage.private_storage().save(f"course/videos/e2e/{name}", File(film))

course = Course.objects.get(name="COURSE")
chapter = CourseChapter.objects.create(course=course, chapter=91, name="各种格式的一章")
indexed = flv("indexed.flv", after=("-flvflags", "add_keyframe_index"))
films = {
    "mp4": (files.FILM, 26),
    "hls": (files.PLAYLIST, 26),
    "flv": (indexed, 26),
    "left": (indexed, 26),
    "long": (flv("long.flv", before=("-stream_loop", "13")), 364),
}
ids = {}
for at, (name, (video, duration)) in enumerate(films.items()):
    ids[name] = CourseSection.objects.create(
        chapter=chapter, name=name, orders=at, video=video, duration=duration, media_state=3).pk
recount_sections(course.pk)
user = User.objects.get(username="student")
Enrollment.objects.get_or_create(user=user, course=course, defaults={"source": 0})
SectionProgress.objects.create(section_id=ids["left"], user=user, position=9, reported_at=timezone.now())
print(json.dumps({"course": course.pk, **ids}))
`

export interface ReadySections {
  course: number
  mp4: number
  hls: number
  flv: number
  left: number
  long: number
}

/**
 * A chapter of the lesson in every format, for `student`, who left the flv `left` at second 9. `long` is
 * an flv of six minutes and eleven megabytes that has no index of its keyframes.
 */
export function readySections(course: string): ReadySections {
  return JSON.parse(behindTheCounter(READY_SECTIONS.replace('COURSE', course))) as ReadySections
}
