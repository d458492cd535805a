import { ref, type Ref } from 'vue'

import { ApiError } from '@/api/errors'

import { useForm, type Form, type Rules } from './useForm'
import { useNotice } from './useNotice'

export interface DialogForm<Fields> {
  /** Whether the dialog is shown. */
  asked: Ref<boolean>
  ask: () => void
  form: Form<Fields>
}

interface Outcome {
  accepted: () => unknown
  /** What the page shows may be out of date. */
  refused?: () => unknown
}

/**
 * A form in a dialog. What was typed stays when the dialog is closed or the server refuses it; once it is
 * accepted, the dialog closes. A refusal that comes after the visitor has closed it is shown as a notice.
 */
export function useDialogForm<Fields extends Record<string, string>>(
  initial: Fields,
  rules: Rules<Fields>,
  send: (fields: Fields) => Promise<void>,
  { accepted, refused = () => undefined }: Outcome,
): DialogForm<Fields> {
  const asked = ref(false)

  const form = useForm(initial, rules, async (fields) => {
    try {
      await send(fields)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!asked.value) useNotice().refuse(error)
      refused()
      throw error
    }
    asked.value = false
    form.reset()
    await accepted()
  })

  function ask() {
    form.clearMessages()
    asked.value = true
  }

  return { asked, ask, form }
}
