import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runInShop } from './shop'

const LESSON = fileURLToPath(new URL('../../luffy_api/apps/home/demo/assets/video/lesson.mp4', import.meta.url))

/** Seconds of a video of which nobody watches more than the beginning. */
const SHORT_SECONDS = 6

interface VideoOptions {
  /** Bytes that players skip; they make it large enough for several parts. */
  padding?: number
  seconds?: number
  /** Pixels; what is small is transcoded quickly, and to as many qualities as fit in. */
  height?: number
}

let folder: string | undefined

/** The folder of the video files of this worker. */
function videos(): string {
  if (!folder) {
    const made = (folder = mkdtempSync(join(tmpdir(), 'videos-')))
    process.once('exit', () => rmSync(made, { recursive: true }))
  }
  return folder
}

/** The path of a video file of this name: the beginning of the demo lesson. */
export function videoFile(
  name: string,
  { padding = 0, seconds = SHORT_SECONDS, height = 180 }: VideoOptions = {},
): string {
  const path = join(videos(), name)
  const scaled = ['-vf', `scale=-2:${height}`, '-preset', 'ultrafast', '-c:a', 'copy']
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-t', String(seconds), '-i', LESSON, ...scaled, path])
  if (padding > 0) {
    const size = statSync(path).size
    const box = Buffer.alloc(8)
    box.writeUInt32BE(padding, 0)
    box.write('free', 4, 'latin1')
    appendFileSync(path, box)
    truncateSync(path, size + padding)
  }
  return path
}

/** The path of a file of this name that is no video, whatever its name says. */
export function textFile(name: string, text = 'This is a letter, not a video.'): string {
  const path = join(videos(), name)
  writeFileSync(path, text)
  return path
}

/** Begins like a video, so that it is accepted; the rest cannot be decoded. The name may be too long for a disk. */
export function brokenVideo(name: string) {
  const buffer = Buffer.concat([readFileSync(LESSON).subarray(0, 32), Buffer.alloc(100_000, 7)])
  return { name, mimeType: 'video/mp4', buffer }
}

const NEW_SECTIONS = `
import json
from luffy_api.apps.course.models import Course, CourseChapter, CourseSection
from luffy_api.apps.course.services import recount_sections
from luffy_api.apps.home.demo import files
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.services import add_ready_videos
course = Course.objects.get(name="COURSE")
chapter = CourseChapter.objects.create(course=course, chapter=90, name="新录的一章")
ids = [CourseSection.objects.create(chapter=chapter, name=name, orders=at).pk for at, name in enumerate(NAMES)]
if WITH_VIDEO:
    add_ready_videos(Video(section_id=pk, file=files.VIDEO, plays_natively=True) for pk in ids)
recount_sections(course.pk)
print(json.dumps([course.pk, chapter.pk, ids]))
`

export interface NewChapter {
  course: number
  chapter: number
  sections: number[]
}

interface NewChapterOptions {
  /** The sections have a video already. */
  withVideo?: boolean
  /** The environment of another shop. */
  env?: Record<string, string | undefined>
}

/** Creates a chapter in the shop's database, with or without videos. */
export async function newChapter(
  course: string,
  names: string[],
  { withVideo = false, env }: NewChapterOptions = {},
): Promise<NewChapter> {
  const script = NEW_SECTIONS.replace('COURSE', course).replace('WITH_VIDEO', withVideo ? 'True' : 'False')
  const said = await runInShop(script.replace('NAMES', JSON.stringify(names)), env)
  const [id, chapter, sections] = JSON.parse(said) as [number, number, number[]]
  return { course: id, chapter, sections }
}

const READY_SECTIONS = `
import json, os, subprocess, tempfile, uuid
from django.core.files import File
from django.core.files.base import ContentFile
from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, CourseChapter, CourseSection, EnrollmentGrant
from luffy_api.apps.learning.models import SectionProgress
from luffy_api.apps.course.services import recount_sections
from luffy_api.apps.home.demo import files
from luffy_api.apps.user.models import User
from luffy_api.apps.video.models import Video
from luffy_api.apps.video.services import add_ready_videos
from luffy_api.libs import storage
from django.utils import timezone

def hls():
    """The lesson fourteen times in two qualities, which differ in their names only."""
    lesson = str(files.ASSETS / "video" / "lesson.mp4")
    levels, target = {"640x360": 800000, "320x180": 300000}, f"course/videos/e2e/{uuid.uuid4().hex}"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "13", "-i", lesson, "-c", "copy",
            "-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", f"{folder}/index.m3u8"], check=True)
        made = sorted(os.listdir(folder))
        for level in levels:
            for name in made:
                with open(f"{folder}/{name}", "rb") as part:
                    storage.private_storage().save(f"{target}/{level}/{name}", File(part))
    lines = [f"#EXT-X-STREAM-INF:BANDWIDTH={bits},RESOLUTION={level}\\n{level}/index.m3u8" for level, bits in levels.items()]
    master = ContentFile("\\n".join(["#EXTM3U", *lines, ""]).encode())
    return storage.private_storage().save(f"{target}/index.m3u8", master)

def flv(name, before=(), after=()):
    lesson = str(files.ASSETS / "video" / "lesson.mp4")
    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/{name}"
        subprocess.run(["ffmpeg", "-v", "error", *before, "-i", lesson, "-c", "copy", *after, made], check=True)
        with open(made, "rb") as video_file:
            return storage.private_storage().save(f"course/videos/e2e/{name}", File(video_file))

course = Course.objects.get(name="COURSE")
chapter = CourseChapter.objects.create(course=course, chapter=91, name="各种格式的一章")
indexed = flv("indexed.flv", after=("-flvflags", "add_keyframe_index"))
videos = {
    "mp4": Video(file=files.VIDEO, plays_natively=True, duration=26),
    "hls": Video(hls=files.PLAYLIST, duration=26),
    "flv": Video(file=indexed, plays_natively=True, duration=26),
    "left": Video(file=indexed, plays_natively=True, duration=26),
    "long": Video(file=flv("long.flv", before=("-stream_loop", "13")), plays_natively=True, duration=364),
    "longHls": Video(hls=hls(), duration=364),
}
ids = {}
for at, (name, video) in enumerate(videos.items()):
    video.section = CourseSection.objects.create(chapter=chapter, name=name, orders=at)
    ids[name] = video.section.pk
add_ready_videos(videos.values())
recount_sections(course.pk)
user = User.objects.get(username="student")
enrollment.enroll(user_id=user.pk, course_id=course.pk, source=EnrollmentGrant.Source.FREE)
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
  longHls: number
}

/**
 * Creates a chapter with the lesson in every format for `student`, who stopped the flv `left` at second 9.
 * `long` is an flv of six minutes and eleven megabytes without a keyframe index, `longHls` an HLS of six
 * minutes in two qualities.
 */
export async function readySections(course: string): Promise<ReadySections> {
  return JSON.parse(await runInShop(READY_SECTIONS.replace('COURSE', course))) as ReadySections
}
