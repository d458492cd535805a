import { useRoute, useRouter } from 'vue-router'

import { endAllSessions } from '@/api/user'
import { useSessionStore } from '@/stores/session'

import { useAction, type Action } from '@/composables/base/useAction'
import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'

/** Logs out on this device or on all, and leaves pages that require a login. */
export function useLogout(): { logout: () => Promise<void>; everywhere: Action } {
  const session = useSessionStore()
  const route = useRoute()
  const router = useRouter()
  const { confirm } = useConfirm()
  const { tell } = useNotice()

  async function leave() {
    if (route.meta.requiresAuth) await router.push({ name: 'home' })
  }

  async function logout() {
    await leave()
    await session.logout()
    tell('您已退出登录。')
  }

  const everywhere = useAction(async () => {
    const question = '包括这台设备在内，所有登录都会立即失效，之后需要重新登录。'
    if (!(await confirm(question, '退出所有设备', '全部退出'))) return
    await endAllSessions()
    // The home page asks for what the student has; nobody answers that any more.
    session.end()
    await leave()
    tell('已在所有设备上退出登录。')
  })

  return { logout, everywhere }
}
