import { computed, watch, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'

import { enrollInCourse } from '@/api/course'
import { fetchMembership, fetchMembershipOffer, fetchOnlyOpened, joinAsMember } from '@/api/promotion'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { Membership, MembershipOffer, MembershipTerm } from '@/types'

interface MembershipLoad {
  offer: Load<MembershipOffer>['data']
  error: Load<MembershipOffer>['error']
  /** Null for a visitor, and while it loads. */
  mine: ComputedRef<Membership | null>
  reload: () => Promise<unknown>
}

/** What memberships are sold, and that of the student who is logged in. */
export function useMembership(): MembershipLoad {
  const session = useSessionStore()
  const offer = useLoad(fetchMembershipOffer)
  const own = useLoad(fetchMembership)
  void offer.load()
  watch(
    () => session.user?.id,
    (id) => {
      own.drop()
      if (id !== undefined) void own.load()
    },
    { immediate: true },
  )
  const reload = () => Promise.all([offer.load(), session.user ? own.load() : undefined])
  return { offer: offer.data, error: offer.error, mine: computed(() => own.data.value), reload }
}

/** Whether a membership can be bought. */
export function useTermsSold(): ComputedRef<boolean> {
  const offer = useLoad(fetchMembershipOffer)
  void offer.load()
  return computed(() => (offer.data.value?.terms.length ?? 0) > 0)
}

/** Opens a VIP course for a member, then goes to its first lesson. */
export function useMemberJoin(courseId: () => number): Action {
  const router = useRouter()
  return useAction(async () => {
    await withLogin(async () => {
      await joinAsMember(courseId())
      await router.push({ name: 'learn', params: { course: courseId() } })
    }, 'join')
  })
}

interface MemberKeep {
  /** The student has the course by the membership only. Null while that is not known. */
  onlyOpened: Load<boolean>['data']
  busy: Action['busy']
  load: () => Promise<void>
  keep: Action['run']
}

/** Joins a free course that a membership has opened, so that it stays when that is over. */
export function useMemberKeep(courseId: () => number): MemberKeep {
  const { data, load } = useLoad((signal) => fetchOnlyOpened(courseId(), signal))
  const { busy, run } = useAction(async () => {
    await withLogin(() => enrollInCourse(courseId()))
    await load()
  }, async (error) => {
    useNotice().refuse(error)
    await load()
  })
  return { onlyOpened: data, busy, load, keep: run }
}

/** How long a term is, in words. */
export const lengthOf = ({ months, days }: Pick<MembershipTerm, 'months' | 'days'>): string =>
  months > 0 ? `${months} 个月` : `${days} 天`
