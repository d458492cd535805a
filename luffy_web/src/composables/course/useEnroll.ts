import { useRouter } from 'vue-router'

import { enrollInCourse } from '@/api/course'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'

/** Enrols in a course whose price is 0, then opens it. */
export function useEnroll(courseId: () => number): { busy: Action['busy']; enroll: Action['run'] } {
  const router = useRouter()
  const { busy, run } = useAction(async () => {
    await withLogin(async () => {
      await enrollInCourse(courseId())
      await router.push({ name: 'learn', params: { course: courseId() } })
    }, 'join')
  })
  return { busy, enroll: run }
}
