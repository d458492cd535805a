import { useObjectUrl } from '@vueuse/core'
import { ref, shallowRef, type Ref } from 'vue'

import { uploadAvatar } from '@/api/user'
import { useAction, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'

const MEGABYTE = 1024 * 1024
const MAX_BYTES = 5 * MEGABYTE

/** The image types that the server accepts. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp']

interface AvatarUpload {
  /** Object URL of the chosen picture. */
  preview: Readonly<Ref<string | undefined>>
  /** Upload progress, 0 to 100. */
  percent: Ref<number>
  error: Ref<string>
  busy: Action['busy']
  choose: (chosen: File | undefined) => void
  discard: () => void
  save: Action['run']
}

function errorOf({ type, size }: File): string {
  if (!PICTURE_TYPES.includes(type)) return '请选择 JPG、PNG 或 WebP 格式的图片。'
  if (size > MAX_BYTES) return `图片有 ${(size / MEGABYTE).toFixed(1)} MB，请选择 5 MB 以内的图片。`
  return ''
}

/** The user's own avatar: choose a picture, see a preview, upload it. */
export function useAvatar(): AvatarUpload {
  const session = useSessionStore()
  const file = shallowRef<File | null>(null)
  const preview = useObjectUrl(file)
  const percent = ref(0)
  const error = ref('')

  function choose(chosen: File | undefined) {
    if (!chosen || busy.value) return
    error.value = errorOf(chosen)
    file.value = error.value ? null : chosen
  }

  function discard() {
    file.value = null
    error.value = ''
  }

  const { busy, run: save } = useAction(
    async () => {
      if (!file.value) return
      percent.value = 0
      error.value = ''
      const { icon } = await uploadAvatar(file.value, (part) => (percent.value = Math.round(part * 100)))
      session.updateUser({ icon })
      discard()
      useNotice().tell('头像已更新。')
    },
    (refused) => (error.value = refused.about('icon') ?? refused.msg),
  )

  return { preview, percent, error, busy, choose, discard, save }
}
