import { watch } from 'vue'

import { verifyCertificate } from '@/api/certificate'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { VerifiedCertificate } from '@/types'

/** What the certificate with a number says to everybody. */
export function useVerification(number: () => string): Load<VerifiedCertificate> {
  const loaded = useLoad((signal) => verifyCertificate(number(), signal))
  watch(number, () => void loaded.load(), { immediate: true })
  return loaded
}
