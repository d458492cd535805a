import { leaveCourse } from '@/api/course'
import type { Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'

/** Leaves a free course once the student has confirmed it; `changed` is called when the list may be another one. */
export function useLeaveCourse(changed: () => void): Action<[id: number]> {
  return useConfirmedAction(
    {
      title: '退出课程',
      question: '退出后它不再出现在我的课程里，学习进度会保留。以后可以按当时的价格重新加入。',
      yes: '退出课程',
    },
    leaveCourse,
    '已退出课程',
    changed,
  )
}
