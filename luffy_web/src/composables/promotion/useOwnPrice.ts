import { computed, watch, type ComputedRef, type Ref } from 'vue'

import { fetchMembership } from '@/api/promotion'
import { useLoad } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { CourseDetail } from '@/types'

interface OwnPrice {
  /** The course at what this student pays. */
  priced: ComputedRef<CourseDetail>
  isMember: ComputedRef<boolean>
  /** It is not known yet whether the student is a member. */
  loading: Ref<boolean>
  reload: () => Promise<unknown>
}

/** A member pays the price for members. Nothing is asked for a visitor, nor for a course without such a price. */
export function useOwnPrice(course: () => CourseDetail): OwnPrice {
  const session = useSessionStore()
  const mine = useLoad(fetchMembership)
  const matters = () => Boolean(session.user && course().vip_price && !course().owned)
  const reload = async () => (matters() ? mine.load() : mine.drop())
  watch([() => session.user?.id, matters], () => void reload(), { immediate: true })

  const isMember = computed(() => matters() && Boolean(mine.data.value?.ends_at))
  const priced = computed(() => ({
    ...course(),
    ...(isMember.value && { real_price: course().vip_price ?? course().real_price }),
  }))
  return { priced, isMember, loading: mine.loading, reload }
}
