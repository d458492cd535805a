import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

import { chapterAt } from '@/player/chapterOrder'
import type { Play } from '@/types'

interface VideoChapters {
  /** The video stands at a second. */
  moved: (second: number) => void
  /** The index of the chapter that plays; -1 before the first one. */
  chapter: ComputedRef<number>
}

/** Follows a video through its chapters. */
export function useVideoChapters(play: Ref<Play | null>): VideoChapters {
  const second = ref(0)
  watch(play, (opened) => (second.value = opened?.position ?? 0))
  return {
    moved: (at) => (second.value = Math.floor(at)),
    chapter: computed(() => chapterAt(play.value?.chapters ?? [], second.value)),
  }
}
