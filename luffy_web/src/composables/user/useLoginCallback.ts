import { ref, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { ApiError } from '@/api/errors'
import { finishConnecting, finishSocialLogin, type Return } from '@/api/social'
import { useNotice } from '@/composables/base/useNotice'
import { textOf } from '@/format/query'
import { useSessionStore } from '@/stores/session'

import { begunLogin, endLogin, keepLogin, type BegunLogin } from './useSocialLogin'

const NOT_HERE = '没有找到这次登录：请在发起登录的同一个浏览器里重新登录。'
const TEXTS = {
  login: {
    title: '没有登录成功',
    waiting: '正在登录，请稍候……',
    declined: '您没有同意授权，可以换一种方式登录。',
    unfinished: '这次登录没有完成，请重新登录。',
  },
  connect: {
    title: '没有绑定成功',
    waiting: '正在绑定，请稍候……',
    declined: '您没有同意授权，没有绑定。',
    unfinished: '这次绑定没有完成，请重新绑定。',
  },
}
/** Refusals before anything is used up: no answer, no session, too many requests. */
const REPEATABLE = [0, 401, 429]

interface LoginCallback {
  /** The login that goes on with a mobile; its ticket is there. */
  binding: Ref<BegunLogin | null>
  /** What the page says, by what was begun. */
  texts: { title: string; waiting: string }
  /** Why it went wrong. */
  problem: Ref<string>
  /** Sends once more what the provider has sent; null where that cannot help. */
  repeat: Ref<(() => Promise<void>) | null>
  /** Ends the login that waits for a mobile, for this reason. */
  drop: (reason: string) => void
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
  const repeat: LoginCallback['repeat'] = ref(null)
  const texts = TEXTS[begun?.purpose ?? 'login']
  // Alipay calls it auth_code.
  const code = textOf(route.query.code) || textOf(route.query.auth_code)
  const state = textOf(route.query.state)

  async function leave() {
    endLogin()
    await router.replace(begun?.back ?? '/')
  }

  function drop(reason: string) {
    endLogin()
    binding.value = null
    problem.value = reason
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
    problem.value = ''
    // Neither stays in the address: the code is good once.
    await router.replace({ query: {} })
    try {
      await (login.purpose === 'connect' ? finishConnection(returned) : finishLogin(login, returned))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      problem.value = error.msg
      repeat.value = REPEATABLE.includes(error.status) ? () => arrive(login) : null
    }
  }

  if (!begun) problem.value = NOT_HERE
  else if (code && state) void arrive(begun)
  else if (begun.ticket) binding.value = begun
  else problem.value = state ? texts.declined : texts.unfinished

  return { binding, texts, problem, repeat, drop, leave }
}
