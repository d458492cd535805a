import type { ApiError } from '@/api/errors'
import { fetchAttachment } from '@/api/course'

import { useAction, withLogin } from './useAction'
import { useLeave } from './useLeave'
import { useNotice } from './useNotice'

const refused = (fault: ApiError) =>
  fault.status === 403 ? useNotice().warn('购买课程后可以下载课件。') : useNotice().refuse(fault)

/** Downloads what belongs to a course; its address lives for a short time, so it is asked for on the click. */
export function useAttachment(courseId: () => number) {
  const { leaveFor } = useLeave()
  const { busy, run } = useAction(async () => {
    await withLogin(async () => leaveFor((await fetchAttachment(courseId())).url))
  }, refused)
  return { busy, download: run }
}
