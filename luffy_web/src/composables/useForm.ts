import { reactive, ref } from 'vue'

import { ApiError } from '@/api/errors'

export type Rules<Fields> = Partial<Record<keyof Fields, (value: string) => string | undefined>>

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

  async function attempt(act: () => Promise<void>): Promise<void> {
    message.value = ''
    try {
      await act()
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault
      refuse(fault)
    }
  }

  async function submit(): Promise<void> {
    if (busy.value || !check(...Object.keys(rules))) return
    busy.value = true
    await attempt(() => send(fields)).finally(() => (busy.value = false))
  }

  function reset() {
    Object.assign(fields, initial)
    faults.value = {}
    message.value = ''
  }

  return { fields, faults, message, busy, check, attempt, submit, reset }
}
