import { ref, type Ref, shallowRef, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'
import { fetchConsents, giveConsent } from '@/api/school'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import type { AgreementLink } from '@/types'

interface Consent {
  /** What the student is asked about; empty until it is known. */
  pending: ShallowRef<AgreementLink[]>
  busy: Ref<boolean>
  agree: () => Promise<void>
  /** Asked again at the next login. */
  later: () => void
}

/** Asks an account for its consent to agreements that are newer than it. Nothing is closed meanwhile. */
export function useConsent(): Consent {
  const session = useSessionStore()
  const pending = shallowRef<AgreementLink[]>([])
  const busy = ref(false)

  async function load() {
    const { pending: asked } = await fetchConsents()
    pending.value = asked
    if (asked.length === 0) session.consentSettled()
  }

  async function agree() {
    if (busy.value) return
    busy.value = true
    try {
      await giveConsent(pending.value.map(({ id }) => id))
      session.consentSettled()
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal
      useNotice().warn(refusal.msg)
      await load().catch(() => undefined)
    } finally {
      busy.value = false
    }
  }

  // A question that cannot be asked now is asked at the next visit.
  void load().catch(() => undefined)
  return { pending, busy, agree, later: () => session.consentSettled() }
}
