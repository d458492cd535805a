import { reactive, ref, type Ref } from 'vue'

import { ApiError } from '@/api/errors'

import { useCountdown } from './useCountdown'

export type Rules<Fields> = Partial<Record<keyof Fields, (value: string) => string | undefined>>

/** As much of a form as its frame shows. */
export interface FormState {
  message: Ref<string>
  /** Seconds until the server takes another submission. */
  wait: Ref<number>
  submit: () => Promise<void>
}

/** A form of text fields: its values, what is wrong with each, and one submission at a time. */
export function useForm<Fields extends Record<string, string>>(
  initial: Fields,
  rules: Rules<Fields>,
  send: (fields: Fields) => Promise<void>,
) {
  const fields = reactive({ ...initial }) as Fields
  const faults = ref<Partial<Record<keyof Fields, string>>>({})
  const message = ref('')
  const busy = ref(false)
  const mayRetryAt = ref<string | null>(null)
  const { left: wait } = useCountdown(() => mayRetryAt.value, forgive)

  /** The server asked for patience, and that time is over. */
  function forgive() {
    mayRetryAt.value = null
    message.value = ''
  }

  function check(...names: (keyof Fields)[]): boolean {
    const found = names.map((name) => [name, rules[name]?.(fields[name] ?? '')] as const)
    faults.value = { ...faults.value, ...Object.fromEntries(found) }
    return found.every(([, fault]) => fault === undefined)
  }

  /** The server's complaints stand beside their fields, and its sentence over the form. */
  function refuse(fault: ApiError) {
    const names = Object.keys(initial) as (keyof Fields & string)[]
    faults.value = Object.fromEntries(
      names.map((name) => [name, fault.about(name)]),
    ) as Partial<Record<keyof Fields, string>>
    message.value = names.some((name) => fault.about(name)) ? '' : fault.msg
  }

  /** Does something that belongs to the form; answers what the server said against it. */
  async function attempt(act: () => Promise<void>): Promise<ApiError | null> {
    message.value = ''
    try {
      await act()
      return null
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault
      refuse(fault)
      return fault
    }
  }

  async function submit(): Promise<void> {
    if (busy.value || wait.value > 0 || !check(...Object.keys(rules))) return
    busy.value = true
    const fault = await attempt(() => send(fields)).finally(() => (busy.value = false))
    if (fault?.status !== 429 || !fault.retryAfter) return
    mayRetryAt.value = new Date(Date.now() + fault.retryAfter * 1000).toISOString()
  }

  function reset() {
    Object.assign(fields, initial)
    faults.value = {}
    message.value = ''
  }

  return { fields, faults, message, busy, wait, check, attempt, submit, reset }
}
