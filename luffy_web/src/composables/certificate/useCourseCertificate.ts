import { computed, watch, type ComputedRef } from 'vue'

import { fetchCertificateStanding, issueCertificate } from '@/api/certificate'
import { useDraft } from '@/composables/base/useDraft'
import { useForm, type Form } from '@/composables/base/useForm'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { nameError, printedName } from '@/format/certificateName'
import type { CertificateStanding } from '@/types'

export interface CourseCertificate {
  standing: Load<CertificateStanding>['data']
  error: Load<CertificateStanding>['error']
  reload: () => Promise<void>
  form: Form<{ name: string }>
  /** The name as it will be printed. */
  printed: ComputedRef<string>
}

/** The certificate of one course: whether the student has it, and the form that takes it. */
export function useCourseCertificate(course: () => number): CourseCertificate {
  const { data: standing, error, load } = useLoad((signal) => fetchCertificateStanding(course(), signal))
  watch(course, () => void load(), { immediate: true })

  const { found, sending } = useDraft('certificate', () => form.fields.name.trim() || null)
  const form = useForm(
    { name: '' },
    { name: (value) => (standing.value?.name ? undefined : nameError(value)) },
    async ({ name }) => {
      await sending(async () => {
        const certificate = await issueCertificate(course(), standing.value?.name ? '' : name.trim())
        if (standing.value) standing.value = { ...standing.value, can_issue: false, name: certificate.name, certificate }
      })
      form.reset()
      useNotice().tell('证书已颁发，可以下载了。')
    },
  )
  if (found) form.fields.name = found.data

  const printed = computed(() => standing.value?.name || printedName(form.fields.name))
  return { standing, error, reload: load, form, printed }
}
