import { useObjectUrl } from '@vueuse/core'
import { ref, shallowRef } from 'vue'

import { uploadAvatar } from '@/api/user'
import { useSessionStore } from '@/stores/session'

import { useAction } from './useAction'
import { useNotice } from './useNotice'

const MEGABYTE = 1024 * 1024
const LARGEST = 5 * MEGABYTE

/** What the server can read; a phone's own photos are among them. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp']

function faultOf({ type, size }: File): string {
  if (!PICTURE_TYPES.includes(type)) return '请选择 JPG、PNG 或 WebP 格式的图片。'
  if (size > LARGEST) return `图片有 ${(size / MEGABYTE).toFixed(1)} MB，请选择 5 MB 以内的图片。`
  return ''
}

/** One's own portrait: a picture is chosen, looked at, then sent. */
export function useAvatar() {
  const session = useSessionStore()
  const file = shallowRef<File | null>(null)
  const preview = useObjectUrl(file)
  const percent = ref(0)
  const fault = ref('')

  function choose(chosen: File | undefined) {
    if (!chosen || busy.value) return
    fault.value = faultOf(chosen)
    file.value = fault.value ? null : chosen
  }

  function discard() {
    file.value = null
    fault.value = ''
  }

  const { busy, run: save } = useAction(
    async () => {
      if (!file.value) return
      percent.value = 0
      fault.value = ''
      const { icon } = await uploadAvatar(file.value, (part) => (percent.value = Math.round(part * 100)))
      session.updateUser({ icon })
      discard()
      useNotice().tell('头像已更新。')
    },
    (refused) => (fault.value = refused.about('icon') ?? refused.msg),
  )

  return { preview, percent, fault, busy, choose, discard, save }
}
