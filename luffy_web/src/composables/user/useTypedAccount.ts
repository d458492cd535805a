import { inject, provide, ref, watch, type InjectionKey, type Ref } from 'vue'

import { plainMobile } from '@/format/mobile'
import { useSessionStore } from '@/stores/session'

const KEY: InjectionKey<Ref<string>> = Symbol('typed account')

/**
 * Keeps the account that a visitor types, for all forms of the login dialog: another form, or the dialog that
 * was closed by mistake, begins with it. It is forgotten once somebody has logged in or out.
 */
export function keepTypedAccount(): void {
  const session = useSessionStore()
  const typed = ref('')
  provide(KEY, typed)
  watch(() => session.user?.id, () => (typed.value = ''), { flush: 'sync' })
}

interface TypedAccount {
  /** What a field for any account begins with. */
  account: string
  /** The same for a field for a mobile: blank unless it looks like one. */
  mobile: string
  /** Keeps what is typed from now on. */
  keep: (read: () => string) => void
}

/** What was typed in another form of the dialog; nothing outside of it. */
export function useTypedAccount(): TypedAccount {
  const typed = inject(KEY, () => ref(''), true)
  const account = typed.value
  return {
    account,
    mobile: /^\+?\d+$/.test(plainMobile(account)) ? account : '',
    keep: (read) => watch(read, (text) => (typed.value = text), { flush: 'sync' }),
  }
}
