import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { useRoute } from 'vue-router'

import type { ApiError } from '@/api/errors'
import { fetchPlay, fetchPreviewPlay } from '@/api/course'
import { useLoad } from '@/composables/base/useLoad'
import { positiveOf } from '@/format/query'
import { useSessionStore } from '@/stores/session'
import type { Play, PreviewLink } from '@/types'

import { useLinkRefresh } from './useLinkRefresh'
import { usePlaybackReports } from './usePlaybackReports'
import { usePlayerEngine, type PlayerElements } from './usePlayerEngine'
import { useVideoChapters } from './useVideoChapters'

interface PlayerOptions {
  /** Whether progress is stored: only for enrolled students. */
  keepsProgress: () => boolean
  ended?: () => void
  /** The section counts as done from now on. */
  done?: () => void
  /** The link by which a section is watched that may not be public. */
  preview?: () => PreviewLink | undefined
}

interface PlayerState {
  play: Ref<Play | null>
  error: Ref<ApiError | null>
  loading: Ref<boolean>
  /** The video whose player waits to be started, or is on its way; a picture stands in its place. */
  waiting: Ref<Play | null>
  starting: Ref<Play | null>
  start: () => Promise<void>
  /** The video has been played to its end. */
  over: Ref<boolean>
  /** The second at which playback resumed; 0 when it started from the beginning. */
  resumedAt: Ref<number>
  /** The index of the chapter that plays. */
  chapter: Ref<number>
  trouble: Ref<'offline' | 'broken' | null>
  /** The account plays on as many other devices as it may. */
  displaced: Ref<boolean>
  /** Plays here, in place of the device that started first. */
  takeOver: () => void
  retry: () => Promise<void>
  refresh: (byViewer?: boolean) => Promise<void>
  restart: () => void
  /** Plays from a second. */
  seek: (second: number) => void
  /** The second where it stands. */
  position: () => number
}

/** Opens a section, the next one, another second of it, and each anew for who has logged in. */
function openEach(sectionId: () => number, at: () => number | undefined, open: () => void) {
  const session = useSessionStore()
  watch([sectionId, at], open, { immediate: true })
  watch(
    () => session.user?.id,
    (userId) => {
      if (userId !== undefined) open()
    },
  )
}

/** What to play, from the second that the address names if it names one. */
function useAsking(sectionId: () => number, preview: PlayerOptions['preview']) {
  const route = useRoute()
  const at = () => positiveOf(route.query.at)
  const ask = async (signal?: AbortSignal) => {
    const link = preview?.()
    const play = await (link ? fetchPreviewPlay({ ...link, section: sectionId() }, signal) : fetchPlay(sectionId(), signal))
    return { ...play, position: at() ?? play.position }
  }
  return { at, ask }
}

/** Plays one section, resumes where the student stopped and stores the progress. */
export function usePlayer(
  elements: PlayerElements,
  sectionId: () => number,
  { keepsProgress, ended, done, preview }: PlayerOptions,
): PlayerState {
  const { at, ask } = useAsking(sectionId, preview)
  const { data: play, error, loading, load } = useLoad(ask)
  const [over, resumedAt] = [ref(false), ref(0)]
  const { moved, chapter } = useVideoChapters(play)

  const events = {
    ended() {
      reports.save()
      over.value = true
      ended?.()
    },
    paused: () => reports.save(),
    playing() {
      over.value = false
      reports.claim()
    },
    failed: () => void link.refresh(),
    moved,
  }
  const engine = usePlayerEngine(elements, play, events, {
    opening: ({ position }) => reports.begin(sectionId(), position),
    closing: () => reports.save(),
  })
  const reports = usePlaybackReports(engine, keepsProgress, done)
  const link = useLinkRefresh({
    fetch: ask,
    reload: engine.reload,
    position: engine.position,
    refused(refusal) {
      close()
      error.value = refusal
    },
  })

  function close() {
    link.stop()
    engine.dispose()
  }

  async function open() {
    close()
    over.value = false
    reports.displaced.value = false
    resumedAt.value = 0
    await load()
    resumedAt.value = play.value?.position ?? 0
  }

  function restart() {
    resumedAt.value = 0
    engine.playFrom(0)
  }

  openEach(sectionId, at, () => void open())
  onScopeDispose(close)

  return {
    ...{ ...engine, ...link, play, error, loading, over, resumedAt, chapter, displaced: reports.displaced },
    ...{ retry: open, restart, seek: engine.playFrom, takeOver: reports.takeOver },
  }
}
