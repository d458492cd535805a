import { createPinia, setActivePinia } from 'pinia'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, describe, expect, it } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { aSession } from '@/testing/samples'

import { installGuards } from './guards'

describe('the guards', () => {
  const page = { template: '<p />' }
  const routes = [
    { path: '/', component: page, meta: { title: '首页' } },
    { path: '/mine', component: page, meta: { title: '我的课程', requiresAuth: true } },
  ]
  const start = () => {
    const router = createRouter({ history: createMemoryHistory(), routes })
    installGuards(router)
    return router
  }
  beforeEach(() => setActivePinia(createPinia()))

  it('name the page', async () => {
    await start().push('/')

    expect(document.title).toBe('首页 - Luffy 学堂')
  })

  it('keep what the document says of its first page until another one is opened', async () => {
    document.head.innerHTML = '<link rel="canonical" href="https://a.example/" data-page><meta name="x">'
    const router = start()

    await router.push('/')
    await router.push('/?page=2')
    expect(document.head.querySelector('[rel=canonical]')).not.toBeNull()
    await router.push('/mine')

    expect(document.head.querySelectorAll('[data-page]')).toHaveLength(0)
    expect(document.head.querySelector('meta')).not.toBeNull()
  })

  it('open the page and invite to log in over it', async () => {
    const router = start()

    await router.push('/mine')

    expect(router.currentRoute.value.path).toBe('/mine')
    expect(useSessionStore().loginMode).toBe('login')
  })

  it('leave those alone who are logged in', async () => {
    useSessionStore().start(aSession())

    await start().push('/mine')

    expect(useSessionStore().loginMode).toBeNull()
  })

  it('take the dialog along when its page is left', async () => {
    const router = start()
    await router.push('/mine')

    await router.push('/')

    expect(useSessionStore().loginMode).toBeNull()
  })
})
