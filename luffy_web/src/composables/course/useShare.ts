import { refAutoReset } from '@vueuse/core'
import { computed, type ComputedRef, type Ref } from 'vue'

import { sharePicture } from '@/api/course'
import { useNotice } from '@/composables/base/useNotice'

interface Share {
  /** Of the course's page. */
  address: ComputedRef<string>
  picture: ComputedRef<string>
  /** For some seconds after the address was copied. */
  copied: Readonly<Ref<boolean>>
  copy: () => Promise<void>
}

/** What a visitor passes on of a course. */
export function useShare(id: () => number): Share {
  const address = computed(() => new URL(`/course/${id()}`, location.origin).href)
  const copied = refAutoReset(false, 3000)

  async function copy(): Promise<void> {
    try {
      // Not there without https.
      await navigator.clipboard.writeText(address.value)
      copied.value = true
    } catch {
      useNotice().warn('没有复制成功，请长按链接手动复制。')
    }
  }

  return { address, picture: computed(() => sharePicture(id())), copied, copy }
}
