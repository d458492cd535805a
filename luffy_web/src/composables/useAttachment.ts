import { computed } from 'vue'

import type { ApiError } from '@/api/errors'
import { fetchAttachment } from '@/api/course'
import { isFree } from '@/format/money'
import type { CourseDetail } from '@/types'

import { useAction, withLogin } from './useAction'
import { useLeave } from './useLeave'
import { useNotice } from './useNotice'

/** Downloads what belongs to a course; its address lives for a short time, so it is asked for on the click. */
export function useAttachment(course: () => CourseDetail) {
  const { leaveFor } = useLeave()
  const { refuse, warn } = useNotice()
  /** What opens it to those who do not have the course. */
  const condition = computed(() => (isFree(course().real_price) ? '加入' : '购买'))

  const refused = (fault: ApiError) =>
    fault.status === 403 ? warn(`${condition.value}课程后可以下载课件。`) : refuse(fault)
  const { busy, run } = useAction(async () => {
    await withLogin(async () => leaveFor((await fetchAttachment(course().id)).url))
  }, refused)

  return { busy, condition, download: run }
}
