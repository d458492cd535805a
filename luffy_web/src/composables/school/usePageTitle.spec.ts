import { cleanup, render } from '@testing-library/vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'

import { usePageTitle } from './usePageTitle'

describe('usePageTitle', () => {
  const name = ref<string>()
  const about = (what: () => string | undefined) =>
    defineComponent({ setup: () => (usePageTitle(what, () => '课程'), () => h('p')) })

  /** Resets the title at each navigation, as the router of the site. */
  async function open(path: string): Promise<Router> {
    const router = createRouter({
      history: createMemoryHistory(),
      routes: [
        { path: '/', name: 'home', component: { render: () => h('p') }, meta: { title: '首页' } },
        { path: '/course', name: 'course', component: about(() => name.value), meta: { title: '课程' } },
        { path: '/other', name: 'other', component: about(() => '别的'), meta: { title: '课程' } },
      ],
    })
    router.afterEach((to) => void (document.title = `reset ${to.path}`))
    await router.push(path)
    render(RouterView, { global: { plugins: [router] } })
    return router
  }
  const title = (begins: string) => vi.waitFor(() => expect(document.title.startsWith(begins)).toBe(true))

  afterEach(() => {
    cleanup()
    name.value = undefined
  })

  it('follows what the page is about, also within the page', async () => {
    const router = await open('/course')
    await title('课程 - ')
    name.value = 'Python'
    await title('Python - 课程 - ')

    await router.push('/course?at=65#price')
    await title('Python - 课程 - ')
  })

  it('leaves the next page its own title', async () => {
    const router = await open('/course')
    name.value = 'Python'
    await title('Python')

    await router.push('/')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(document.title).toBe('reset /')

    await router.push('/course')
    await title('Python')
    await router.push('/other')
    await title('别的 - 课程')
  })
})
