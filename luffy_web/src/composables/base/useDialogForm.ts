import { ref, type Ref } from 'vue'

import { useForm, type Form, type Rules } from './useForm'

export interface DialogForm<Fields> {
  /** Whether the dialog is shown. */
  asked: Ref<boolean>
  ask: () => void
  form: Form<Fields>
}

/**
 * A form in a dialog. What was typed stays when the dialog is closed or the server refuses it; once it is
 * accepted, the dialog closes and `accepted` is called.
 */
export function useDialogForm<Fields extends Record<string, string>>(
  initial: Fields,
  rules: Rules<Fields>,
  send: (fields: Fields) => Promise<void>,
  accepted: () => unknown,
): DialogForm<Fields> {
  const asked = ref(false)
  const form = useForm(initial, rules, async (fields) => {
    await send(fields)
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
