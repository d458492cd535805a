import { reactive, ref, type Ref } from 'vue'

import { ApiError } from '@/api/errors'

import { afterSeconds, useCountdown } from './useCountdown'

/** For each field a check that returns a message when the value is not acceptable. */
export type Rules<Fields> = Partial<Record<keyof Fields, (value: string) => string | undefined>>

/** The part of a form that its frame and its submit button need. */
export interface FormState {
  /** What the server says about the form as a whole. */
  message: Ref<string>
  /** Seconds until the server accepts another submission. */
  wait: Ref<number>
  busy: Ref<boolean>
  submit: () => Promise<void>
}

export interface Form<Fields> extends FormState {
  fields: Fields
  errors: Ref<Partial<Record<keyof Fields, string>>>
  /** Checks these fields and shows their messages; true when all are acceptable. */
  check: (...names: (keyof Fields)[]) => boolean
  /** Runs a request of the form, such as sending a code, and shows its refusal; returns it. */
  attempt: (act: () => Promise<void>) => Promise<ApiError | null>
  /** Takes the messages away and leaves what was typed. */
  clearMessages: () => void
  reset: () => void
}

type Errors<Fields> = Partial<Record<keyof Fields, string>>

const errorsOf = <Fields>(names: (keyof Fields & string)[], refusal: ApiError) =>
  Object.fromEntries(names.map((name) => [name, refusal.about(name)])) as Errors<Fields>

/** The time until the server accepts another submission (Retry-After); `over` is called when it has passed. */
function useRetryAfter(over: () => void) {
  const retryAt = ref<string | null>(null)
  const { left: wait } = useCountdown(
    () => retryAt.value,
    () => {
      retryAt.value = null
      over()
    },
  )

  function take({ status, retryAfter }: ApiError) {
    if (status !== 429 || !retryAfter) return
    retryAt.value = afterSeconds(retryAfter)
  }

  return { wait, take }
}

/** A form of text fields: values, messages beside the fields, and one submission at a time. */
export function useForm<Fields extends Record<string, string>>(
  initial: Fields,
  rules: Rules<Fields>,
  send: (fields: Fields) => Promise<void>,
): Form<Fields> {
  const fields = reactive({ ...initial }) as Fields
  const errors: Ref<Errors<Fields>> = ref({})
  const message = ref('')
  const busy = ref(false)
  const { wait, take } = useRetryAfter(() => (message.value = ''))

  function check(...names: (keyof Fields)[]): boolean {
    const found = names.map((name) => [name, rules[name]?.(fields[name] ?? '')] as const)
    errors.value = { ...errors.value, ...Object.fromEntries(found) }
    return found.every(([, error]) => error === undefined)
  }

  async function attempt(act: () => Promise<void>): Promise<ApiError | null> {
    message.value = ''
    try {
      await act()
      return null
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal
      errors.value = errorsOf<Fields>(Object.keys(initial), refusal)
      const isShownAtField = Object.values(errors.value).some(Boolean)
      message.value = isShownAtField ? '' : refusal.msg
      return refusal
    }
  }

  async function submit(): Promise<void> {
    if (busy.value || wait.value > 0 || !check(...Object.keys(rules))) return
    busy.value = true
    const refusal = await attempt(() => send(fields)).finally(() => (busy.value = false))
    if (refusal) take(refusal)
  }

  function clearMessages() {
    errors.value = {}
    message.value = ''
  }

  function reset() {
    Object.assign(fields, initial)
    clearMessages()
  }

  return { fields, errors, message, busy, wait, check, attempt, submit, clearMessages, reset }
}
