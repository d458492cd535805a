import { render } from '@testing-library/vue'
import { createPinia, setActivePinia, type Pinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { routes } from '@/router/routes'

import { aSession } from './samples'

interface Surroundings {
  at?: string
  loggedIn?: boolean
}

const Nothing: Component = { render: () => null }

async function surroundings({ at = '/', loggedIn = false }: Surroundings) {
  if (loggedIn) localStorage.setItem('luffy.session', JSON.stringify(aSession()))
  const pinia: Pinia = createPinia()
  setActivePinia(pinia)
  const bare = routes.map(({ path, name, meta }) => ({ path, name, meta, component: Nothing }))
  const router: Router = createRouter({ history: createMemoryHistory(), routes: bare as typeof routes })
  await router.push(at)
  return { pinia, router }
}

/** Shows one component where it would stand in the school. */
export async function show(
  component: Component,
  options: Surroundings & { props?: Record<string, unknown>; slots?: Record<string, string> } = {},
) {
  const { pinia, router } = await surroundings(options)
  const view = render(component, {
    props: options.props,
    slots: options.slots,
    global: { plugins: [pinia, router] },
  })
  return { ...view, router }
}

/** Runs one composable as a component would, without showing anything. */
export async function run<Result>(use: () => Result, options: Surroundings = {}) {
  const holder: { result?: Result } = {}
  const Host: Component = {
    setup() {
      holder.result = use()
      return () => null
    },
  }
  const { router, unmount } = await show(Host, options)
  return { result: holder.result as Result, router, unmount }
}
