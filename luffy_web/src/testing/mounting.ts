import { render, type RenderResult } from '@testing-library/vue'
import { createPinia, setActivePinia, type Pinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { routes } from '@/router/routes'

import { aSession } from './samples'

interface Environment {
  at?: string
  loggedIn?: boolean
}

const Nothing: Component = { render: () => null }

async function environment({ at = '/', loggedIn = false }: Environment) {
  if (loggedIn) localStorage.setItem('luffy.session', JSON.stringify(aSession()))
  const pinia: Pinia = createPinia()
  setActivePinia(pinia)
  const bare = routes.map(({ path, name, meta }) => ({ path, name, meta, component: Nothing }))
  const router: Router = createRouter({ history: createMemoryHistory(), routes: bare as typeof routes })
  await router.push(at)
  return { pinia, router }
}

/** Renders a component with the store and the routes of the app. */
export async function show(
  component: Component,
  options: Environment & { props?: Record<string, unknown>; slots?: Record<string, string> } = {},
): Promise<RenderResult & { router: Router }> {
  const { pinia, router } = await environment(options)
  const view = render(component, {
    props: options.props,
    slots: options.slots,
    global: { plugins: [pinia, router] },
  })
  return { ...view, router }
}

/** Runs a composable in the setup of an empty component. */
export async function run<Result>(
  use: () => Result,
  options: Environment = {},
): Promise<{ result: Result; router: Router; unmount: () => void }> {
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
