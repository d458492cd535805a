import { whenever } from '@vueuse/core'
import { ref, type Ref } from 'vue'

import { ApiError } from '@/api/errors'

import { useDraft } from './useDraft'
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

/** How the form comes back after a login, when the session has ended meanwhile. */
interface Comeback {
  /** Names the form, and what it is about. */
  name: string
  /** What else the visitor has chosen. */
  choice?: Ref<string[]>
  /** Whether it can be sent. */
  ready?: () => boolean
}

/**
 * A form in a dialog. What was typed stays when the dialog is closed or the server refuses it; once it is
 * accepted, the dialog closes. A refusal that comes after the visitor has closed it is shown as a notice.
 * With a `comeback` it also stays when the session ends, and is sent by itself when that happened on the way.
 */
export function useDialogForm<Fields extends Record<string, string>>(
  initial: Fields,
  rules: Rules<Fields>,
  send: (fields: Fields) => Promise<void>,
  { accepted, refused = () => undefined }: Outcome,
  { name, choice, ready = () => true }: Partial<Comeback> = {},
): DialogForm<Fields> {
  const asked = ref(false)

  const isTouched = () => Object.keys(initial).some((field) => form.fields[field] !== initial[field])
  const { found, sending } = useDraft(name, () =>
    isTouched() ? { fields: { ...form.fields }, isOpen: asked.value, choice: [...(choice?.value ?? [])] } : null,
  )

  const form = useForm(initial, rules, async (fields) => {
    try {
      await sending(() => send(fields))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // The login dialog is all that is to be seen of the end of a session.
      if (error.status === 401) throw error
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

  if (found) {
    Object.assign(form.fields, found.data.fields)
    if (choice) choice.value = found.data.choice
    asked.value = found.data.isOpen
    if (found.isToSend) whenever(ready, form.submit, { immediate: true, once: true })
  }

  return { asked, ask, form }
}
