import { useEventListener } from '@vueuse/core'
import { onScopeDispose, ref, watch, type Ref } from 'vue'

import { fetchPlay } from '@/api/course'
import { useSessionStore } from '@/stores/session'
import type { Play } from '@/types'

import { createEngine, type Engine, type Habits } from './playerEngine'
import { playerKey } from './playerKeys'
import { useLoad } from './useLoad'
import { useProgress } from './useProgress'
import { useRenewal } from './useRenewal'
import { useSolePlayer } from './useSolePlayer'

interface PlayerOptions {
  /** Only those who joined the course have a place to keep their progress. */
  keepsProgress: () => boolean
  ended?: () => void
}

/** Plays one section in `root`, goes on where it was left and remembers how far it came. */
export function usePlayer(
  root: Ref<HTMLElement | null>,
  frame: Ref<HTMLElement | null>,
  sectionId: () => number,
  { keepsProgress, ended }: PlayerOptions,
) {
  const session = useSessionStore()
  const { data: play, error, loading, load } = useLoad((signal) => fetchPlay(sectionId(), signal))
  const over = ref(false)
  /** The second where the viewer was met, while it is worth telling. */
  const resumedAt = ref(0)
  let engine: Engine | null = null
  let begun = false
  let habits: Habits | undefined

  const progress = useProgress(() => engine?.position() ?? 0, keepsProgress)
  const sole = useSolePlayer(() => {
    progress.yieldTo()
    engine?.pause()
  })
  const renewal = useRenewal({
    fetch: (signal) => fetchPlay(sectionId(), signal),
    reload: async (fresh) => {
      if (engine && fresh.type === play.value?.type) await engine.reload(fresh)
      // What was flv has become HLS meanwhile.
      else play.value = { ...fresh, position: engine?.position() ?? 0 }
    },
    position: () => engine?.position() ?? 0,
    refused: (fault) => {
      close()
      error.value = fault
    },
  })

  function dispose() {
    progress.save()
    habits = engine?.habits() ?? habits
    engine?.destroy()
    engine = null
  }

  function close() {
    renewal.stop()
    dispose()
  }

  const events = {
    ended: () => {
      progress.save()
      over.value = true
      ended?.()
    },
    paused: progress.save,
    playing: () => {
      begun = true
      over.value = false
      sole.claim()
    },
    failed: () => void renewal.renew(),
  }

  async function start() {
    dispose()
    if (!play.value || !root.value || !frame.value) return
    const mine: Play = play.value
    progress.begin(sectionId(), mine.position)
    const made = await createEngine(root.value, mine, { frame: frame.value, autoplay: begun, habits }, events)
    if (play.value === mine && root.value) engine = made
    else made.destroy()
  }

  async function open() {
    close()
    over.value = false
    resumedAt.value = 0
    await load()
    resumedAt.value = play.value?.position ?? 0
  }

  /** From the first second, as for who wants to see it all again. */
  function restart() {
    resumedAt.value = 0
    engine?.seek(0)
    engine?.play()
  }

  watch(sectionId, open, { immediate: true })
  watch(
    () => session.user?.id,
    (userId) => {
      if (userId !== undefined) void open()
    },
  )
  watch([play, root, frame], start, { flush: 'post' })
  useEventListener(document, 'keydown', (event) => {
    const key = frame.value && engine && playerKey(event, frame.value)
    if (!key) return
    event.preventDefault()
    engine?.press(key)
  })
  onScopeDispose(close)

  return { play, error, loading, over, resumedAt, trouble: renewal.trouble, retry: open, renew: renewal.renew, restart }
}
