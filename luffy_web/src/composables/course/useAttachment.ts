import { computed, type ComputedRef } from 'vue'

import type { ApiError } from '@/api/errors'
import { fetchAttachment } from '@/api/course'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLeave } from '@/composables/base/useLeave'
import { useNotice } from '@/composables/base/useNotice'
import { isFree } from '@/format/money'
import type { CourseDetail } from '@/types'

interface Attachment {
  busy: Action['busy']
  /** What a visitor without access must do first: 购买 or 加入. */
  condition: ComputedRef<string>
  download: Action['run']
}

/** Downloads the attachment (课件) of a course. Its signed URL is short-lived, so it is requested on the click. */
export function useAttachment(course: () => CourseDetail): Attachment {
  const { leaveFor } = useLeave()
  const { refuse, warn } = useNotice()
  const condition = computed(() => (isFree(course().real_price) ? '加入' : '购买'))

  const refused = (error: ApiError) =>
    error.status === 403 ? warn(`${condition.value}课程后可以下载课件。`) : refuse(error)
  const { busy, run } = useAction(async () => {
    const file = await withLogin(() => fetchAttachment(course().id))
    // The browser keeps the file and stays on this page.
    if (file) void leaveFor(file.url)
  }, refused)

  return { busy, condition, download: run }
}
