import { flushPromises } from '@vue/test-utils'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref, type Ref } from 'vue'

import { run } from '@/testing/mounting'

import { installBackButton, leaveDialogs, useBackButton } from './backButton'

const address = () => location.pathname + location.search + location.hash
const entries = () => (history.state as { dialogs?: number } | null)?.dialogs ?? 0
/** Where the router is: it follows what it hears of. */
let router = address()
const heard = vi.fn(() => (router = address()))

/** What the visitor does, and jsdom does in a task. */
async function goBack(by = -1) {
  const entry = () => JSON.stringify([address(), history.state])
  const before = entry()
  history.go(by)
  await vi.waitFor(() => expect(entry()).not.toBe(before))
  await flushPromises()
}

async function aDialog() {
  const open: Ref<boolean> = ref(false)
  const close = vi.fn(() => (open.value = false))
  const { unmount } = await run(() => useBackButton(() => open.value, close))
  const show = async (now: boolean) => {
    open.value = now
    await nextTick()
    await flushPromises()
  }
  return { show, close, unmount }
}

describe('the back button', () => {
  beforeAll(() => {
    installBackButton(() => router)
    window.addEventListener('popstate', heard)
  })
  beforeEach(async () => {
    await leaveDialogs()
    history.pushState({ position: 1 }, '', `/list?test=${Math.random()}`)
    router = address()
    heard.mockClear()
  })

  it('closes a dialog, and the page stays', async () => {
    const { show, close } = await aDialog()
    const before = address()
    await show(true)
    expect(entries()).toBe(1)

    await goBack()

    expect(close).toHaveBeenCalledOnce()
    expect([address(), entries()]).toEqual([before, 0])
    expect(heard).not.toHaveBeenCalled()
  })

  it('closes the topmost of several', async () => {
    const [below, above] = [await aDialog(), await aDialog()]
    await below.show(true)
    await above.show(true)

    await goBack()

    expect(above.close).toHaveBeenCalledOnce()
    expect(below.close).not.toHaveBeenCalled()
    expect(entries()).toBe(1)
  })

  it('leaves the page after a dialog was closed otherwise, or was taken away', async () => {
    const [closed, gone] = [await aDialog(), await aDialog()]
    await closed.show(true)
    await gone.show(true)
    await closed.show(false)
    gone.unmount()
    await vi.waitFor(() => expect(entries()).toBe(0))

    await goBack()

    expect(heard).toHaveBeenCalledOnce()
    expect(closed.close).not.toHaveBeenCalled()
  })

  it('closes the one that took the place of another', async () => {
    const [first, second] = [await aDialog(), await aDialog()]
    await first.show(true)
    void first.show(false)
    await second.show(true)
    await vi.waitFor(() => expect(entries()).toBe(1))

    await goBack()

    expect(second.close).toHaveBeenCalledOnce()
    expect(heard).not.toHaveBeenCalled()
  })

  it('has one step less to go when another page is opened from a dialog', async () => {
    const { show, close } = await aDialog()
    const before = address()
    await show(true)

    // A step back is late in a tab in the background, and would then leave the page that is opened.
    const steps = vi.spyOn(history, 'go')
    await leaveDialogs()
    expect(steps).not.toHaveBeenCalled()
    history.pushState({ position: 2 }, '', '/other')
    router = address()
    await goBack()

    expect(address()).toBe(before)
    expect(heard).toHaveBeenCalledOnce()
    expect(close).not.toHaveBeenCalled()
  })

  it('does not open a dialog again by 前进', async () => {
    const { show } = await aDialog()
    await show(true)
    await goBack()

    const go = vi.spyOn(history, 'go')
    history.go(1)
    await vi.waitFor(() => expect(go).toHaveBeenLastCalledWith(-1))
    await vi.waitFor(() => expect(entries()).toBe(0))

    expect(heard).not.toHaveBeenCalled()
  })
})
