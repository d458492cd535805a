import { useRoute, useRouter } from 'vue-router'

import { useSessionStore } from '@/stores/session'

import { useNotice } from './useNotice'

/** Logs out and leaves the pages that are only for those who are logged in. */
export function useLogout() {
  const session = useSessionStore()
  const route = useRoute()
  const router = useRouter()

  async function logout() {
    if (route.meta.requiresAuth) await router.push({ name: 'home' })
    await session.logout()
    useNotice().tell('您已退出登录。')
  }
  return { logout }
}
