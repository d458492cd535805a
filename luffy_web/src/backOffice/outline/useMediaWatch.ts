import { useDocumentVisibility } from '@vueuse/core'
import { computed, onUnmounted, watch } from 'vue'

import { ApiError, isAbort } from '@/api/errors'

import type { OutlineStore } from './OutlineStore'
import { fetchStates } from './server'
import type { Uploads } from './Uploads'

/** Milliseconds: while a video is transcoded, while one is uploaded elsewhere, and at most after errors. */
export const INTERVAL = 3000
const UPLOADING_INTERVAL = 15_000
const MAX_INTERVAL = 60_000
/** The server takes no more at once. */
const MAX_WATCHED = 500

/**
 * Brings the states of videos up to date: one request for all sections, while one of them changes by itself and the
 * page is visible.
 */
export function useMediaWatch(store: OutlineStore, uploads: Uploads): void {
  const visibility = useDocumentVisibility()
  const awaited = computed(() => {
    const { processing, uploading } = store.awaited()
    return { processing, uploading: uploading.filter((id) => !uploads.machines.has(id)) }
  })
  const ids = computed(() => [...awaited.value.processing, ...awaited.value.uploading].slice(0, MAX_WATCHED))
  const usual = computed(() => (awaited.value.processing.length > 0 ? INTERVAL : UPLOADING_INTERVAL))
  const active = computed(() => visibility.value === 'visible' && ids.value.length > 0)
  let running = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(failures: number, { signal }: AbortController) {
    const asked = ids.value
    let failed = failures
    try {
      const states = await fetchStates(store.course, asked, signal)
      store.apply(states)
      failed = 0
      // A section was deleted meanwhile; what is being moved is not disturbed.
      if (states.length < asked.length && !store.isUnsaved) await store.load()
    } catch (error) {
      if (isAbort(error) || signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      failed += 1
    }
    if (!signal.aborted) plan(failed)
  }

  function plan(failures = 0) {
    const delay = Math.min(usual.value * 2 ** failures, Math.max(usual.value, MAX_INTERVAL))
    timer = setTimeout(() => void ask(failures, running), delay)
  }

  function stop() {
    clearTimeout(timer)
    running.abort()
  }

  watch(
    [active, usual],
    ([on]) => {
      stop()
      running = new AbortController()
      if (on) plan()
    },
    { immediate: true },
  )
  onUnmounted(stop)
}
