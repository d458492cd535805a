import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useRoute } from 'vue-router'

import { beginConnecting, disconnectSocialAccount, fetchSocialAccounts } from '@/api/social'
import { device } from '@/composables/base/device'
import type { Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'
import { useDialogForm, type DialogForm } from '@/composables/base/useDialogForm'
import { useLeave } from '@/composables/base/useLeave'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { LoginProvider, ProviderName, SocialAccount } from '@/types'

import * as rules from './fieldRules'
import { beginLogin, useLoginProviders } from './useSocialLogin'

type Proof = Record<'code' | 'password', string>

interface SocialAccounts {
  accounts: Load<SocialAccount[]>['data']
  /** What may be connected on this device and is not yet. */
  missing: ComputedRef<LoginProvider[]>
  /** The dialog that asks who is there before something is connected. */
  dialog: DialogForm<Proof>
  connect: (provider: LoginProvider) => void
  chosen: Ref<LoginProvider | null>
  disconnect: Action<[ProviderName]>
}

/** What the student has connected, and connecting more. */
export function useSocialAccounts(): SocialAccounts {
  const { data: accounts, load } = useLoad(fetchSocialAccounts)
  const providers = useLoginProviders()
  const missing = computed(() =>
    providers.value.filter(({ provider }) => !accounts.value?.some((row) => row.provider === provider)),
  )
  void load()

  const disconnect = useConfirmedAction(
    { question: '解除后不能再用它登录，可以随时重新绑定。', title: '解除绑定', yes: '解除绑定' },
    disconnectSocialAccount,
    '已解除绑定。',
    () => void load(),
  )
  return { accounts, missing, ...useConnection(), disconnect }
}

function useConnection(): Pick<SocialAccounts, 'dialog' | 'connect' | 'chosen'> {
  const session = useSessionStore()
  const route = useRoute()
  const { leaveFor } = useLeave()
  const chosen = ref<LoginProvider | null>(null)
  const hasMobile = () => Boolean(session.user?.mobile)

  const dialog = useDialogForm<Proof>(
    { code: '', password: '' },
    {
      code: (value) => (hasMobile() ? rules.smsCode(value) : undefined),
      password: (value) => (hasMobile() ? undefined : rules.currentPassword(value)),
    },
    async ({ code, password }) => {
      if (!chosen.value) return
      const { provider } = chosen.value
      const { browserKey } = beginLogin(provider, 'connect', route.fullPath)
      const begin = { provider, device: device(), browser_key: browserKey }
      await leaveFor(await beginConnecting(begin, hasMobile() ? { code: code.trim() } : { password }))
    },
    { accepted: () => undefined },
  )

  function connect(provider: LoginProvider) {
    chosen.value = provider
    dialog.form.reset()
    dialog.ask()
  }

  return { dialog, connect, chosen }
}
