import { readonly, shallowRef, type Ref } from 'vue'

export interface Confirmation {
  title: string
  question: string
  /** Label of the confirming button. */
  yes: string
}

interface Confirm {
  /** The question that is being asked. */
  confirmation: Readonly<Ref<Confirmation | null>>
  /** Asks before an action that cannot be undone; false when the visitor declines or another question replaces this one. */
  confirm: (question: string, title: string, yes: string) => Promise<boolean>
  answer: (yes: boolean) => void
}

const confirmation = shallowRef<Confirmation | null>(null)
let resolve: (yes: boolean) => void = () => undefined

function answer(yes: boolean) {
  confirmation.value = null
  resolve(yes)
}

function confirm(question: string, title: string, yes: string): Promise<boolean> {
  answer(false)
  confirmation.value = { title, question, yes }
  return new Promise((settle) => (resolve = settle))
}

/** One question at a time, shared by all callers and shown by `BaseConfirm`. */
export function useConfirm(): Confirm {
  return { confirmation: readonly(confirmation), confirm, answer }
}
