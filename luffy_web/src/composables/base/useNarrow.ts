import { useMediaQuery } from '@vueuse/core'
import type { Ref } from 'vue'

/** Whether the page has the layout of a phone or an upright tablet; styles name the same width. */
export const useNarrow = (): Readonly<Ref<boolean>> => useMediaQuery('(max-width: 860px)')
