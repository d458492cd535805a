import { describe, expect, it } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { answer } from '@/testing/server'

import { useLogout } from './useLogout'

const loggedIn = (at: string) => run(useLogout, { at, loggedIn: true })

describe('useLogout', () => {
  it.each([
    ['/user/orders', '/'],
    ['/course/9', '/course/9'],
  ])('on %s leads to %s', async (at, address) => {
    const calls = answer('post', 'user/logout/', {})
    const { result, router } = await loggedIn(at)

    await result.logout()

    expect(calls.map(({ token }) => token)).toEqual(['jwt token-1'])
    expect(useSessionStore().isLoggedIn).toBe(false)
    expect(router.currentRoute.value.fullPath).toBe(address)
  })

  it('ends all sessions only after a confirmation', async () => {
    const calls = answer('post', 'user/logout/all/', {})
    const { result } = await loggedIn('/course/9')

    const declined = result.everywhere.run()
    useConfirm().answer(false)
    await declined
    expect([calls.length, useSessionStore().isLoggedIn]).toEqual([0, true])
    const confirmed = result.everywhere.run()
    useConfirm().answer(true)
    await confirmed

    expect([calls.length, useSessionStore().isLoggedIn]).toEqual([1, false])
  })

  it('opens the home page only when all sessions are over', async () => {
    answer('post', 'user/logout/all/', {})
    const { result, router } = await loggedIn('/user/profile')
    const opened: [string, boolean][] = []
    router.afterEach((to) => {
      opened.push([to.fullPath, useSessionStore().isLoggedIn])
    })

    const confirmed = result.everywhere.run()
    useConfirm().answer(true)
    await confirmed

    expect(opened).toEqual([['/', false]])
  })

  it('stays logged in when the server refuses to end the sessions', async () => {
    answer('post', 'user/logout/all/', { status: 503, msg: '服务暂时不可用' })
    const { result } = await loggedIn('/user/profile')

    const confirmed = result.everywhere.run()
    useConfirm().answer(true)
    await confirmed

    expect(useSessionStore().isLoggedIn).toBe(true)
  })
})
