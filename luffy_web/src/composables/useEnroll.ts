import { useRouter } from 'vue-router'

import { enrollInCourse } from '@/api/course'

import { useAction, withLogin } from './useAction'

/** Joins a course that costs nothing, then opens it. */
export function useEnroll(courseId: () => number) {
  const router = useRouter()
  const { busy, run } = useAction(async () => {
    await withLogin(async () => {
      await enrollInCourse(courseId())
      await router.push({ name: 'learn', params: { course: courseId() } })
    })
  })
  return { busy, enroll: run }
}
