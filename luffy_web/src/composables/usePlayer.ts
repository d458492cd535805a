import { useEventListener, useIntervalFn } from '@vueuse/core'
import { onScopeDispose, ref, watch, type Ref } from 'vue'

import { fetchPlay, saveProgress } from '@/api/course'
import { useSessionStore } from '@/stores/session'

import { createEngine, type Engine } from './playerEngine'
import { useLoad } from './useLoad'

const SAVE_EVERY = 15_000

interface PlayerOptions {
  /** Only those who joined the course have a place to keep their progress. */
  keepsProgress: () => boolean
  ended?: () => void
}

/** Plays one section in `root`, goes on where it was left and remembers how far it came. */
export function usePlayer(
  root: Ref<HTMLElement | null>,
  sectionId: () => number,
  { keepsProgress, ended }: PlayerOptions,
) {
  const session = useSessionStore()
  const { data: play, error, loading, load } = useLoad((signal) => fetchPlay(sectionId(), signal))
  const broken = ref(false)
  let engine: Engine | null = null
  let playing = 0
  let saved = 0

  function save() {
    const position = engine?.position() ?? 0
    if (!keepsProgress() || position === 0 || position === saved) return
    saved = position
    void saveProgress(playing, position).catch(() => (saved = 0))
  }

  function close() {
    save()
    engine?.destroy()
    engine = null
  }

  async function start() {
    close()
    if (!play.value || !root.value) return
    const mine = play.value
    playing = sectionId()
    saved = mine.position
    const made = await createEngine(root.value, mine, {
      ended: () => {
        save()
        ended?.()
      },
      paused: save,
      failed: () => (broken.value = true),
    })
    if (play.value === mine && root.value) engine = made
    else made.destroy()
  }

  /** The link has a short life; a new one goes on where the old one stopped. */
  async function open() {
    close()
    broken.value = false
    await load()
  }

  watch(sectionId, open, { immediate: true })
  watch(
    () => session.user?.id,
    (userId) => {
      if (userId !== undefined) void open()
    },
  )
  watch([play, root], start, { flush: 'post' })
  useIntervalFn(save, SAVE_EVERY)
  useEventListener(window, 'pagehide', save)
  onScopeDispose(close)

  return { error, loading, broken, retry: open }
}
