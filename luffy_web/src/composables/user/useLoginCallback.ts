import { ref, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { ApiError } from '@/api/errors'
import { finishConnecting, finishSocialLogin, type Return } from '@/api/social'
import { useNotice } from '@/composables/base/useNotice'
import { textOf } from '@/format/query'
import { useSessionStore } from '@/stores/session'

import { begunLogin, endLogin, keepLogin, type BegunLogin } from './useSocialLogin'

const NOT_HERE = '没有找到这次登录：请在发起登录的同一个浏览器里重新登录。'
const DECLINED = '您没有同意授权，可以换一种方式登录。'

interface LoginCallback {
  /** The login that goes on with a mobile; its ticket is there. */
  binding: Ref<BegunLogin | null>
  /** Why it went wrong. */
  problem: Ref<string>
  /** Ends it and goes back to the page where it began. */
  leave: () => Promise<void>
}

/** What the provider has sent the browser back with, carried to the server. */
export function useLoginCallback(): LoginCallback {
  const route = useRoute()
  const router = useRouter()
  const session = useSessionStore()
  const begun = begunLogin(textOf(route.params.provider))
  const binding = ref<BegunLogin | null>(null)
  const problem = ref('')
  // Alipay calls it auth_code.
  const code = textOf(route.query.code) || textOf(route.query.auth_code)
  const state = textOf(route.query.state)

  async function leave() {
    endLogin()
    await router.replace(begun?.back ?? '/')
  }

  async function finishLogin(login: BegunLogin, returned: Return) {
    const { session: data, binding: ticket } = await finishSocialLogin(returned)
    if (data) {
      session.start(data)
      return leave()
    }
    binding.value = { ...login, ticket: ticket?.ticket ?? '' }
    keepLogin(binding.value)
  }

  async function finishConnection(returned: Return) {
    await finishConnecting(returned)
    useNotice().tell('绑定成功，下次可以直接用它登录。')
    await leave()
  }

  async function arrive(login: BegunLogin) {
    const returned = { provider: login.provider, code, state, browser_key: login.browserKey }
    // Neither stays in the address: the code is good once.
    await router.replace({ query: {} })
    try {
      await (login.purpose === 'connect' ? finishConnection(returned) : finishLogin(login, returned))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      problem.value = error.msg
    }
  }

  if (!begun) problem.value = NOT_HERE
  else if (code && state) void arrive(begun)
  else if (begun.ticket) binding.value = begun
  else problem.value = DECLINED

  return { binding, problem, leave }
}
