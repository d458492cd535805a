import { describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aSession } from '@/testing/samples'

import { useAction, withLogin } from './useAction'
import { useNotice } from './useNotice'

const refusal = new ApiError(409, 0, '订单已支付。')

describe('useAction', () => {
  it('runs once at a time', async () => {
    let finish: () => void = () => undefined
    const act = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
    const { result } = await run(() => useAction(act))

    const first = result.run()
    await result.run()
    expect(result.busy.value).toBe(true)
    finish()
    await first

    expect(act).toHaveBeenCalledOnce()
    expect(result.busy.value).toBe(false)
  })

  it('shows a refusal as a notice, or passes it on', async () => {
    const { notices, dismiss } = useNotice()
    notices.value.forEach(({ id }) => dismiss(id))
    const refused = vi.fn()
    const { result: silent } = await run(() => useAction(() => Promise.reject(refusal)))
    const { result: handled } = await run(() => useAction(() => Promise.reject(refusal), refused))

    await silent.run()
    await handled.run()

    expect(notices.value.map(({ text }) => text)).toEqual(['订单已支付。'])
    expect(refused).toHaveBeenCalledWith(refusal)
  })

  it('does not hide a bug, and can be run again after it', async () => {
    const { result } = await run(() => useAction(() => Promise.reject(new TypeError('bug'))))

    await expect(result.run()).rejects.toThrow('bug')

    expect(result.busy.value).toBe(false)
  })
})

describe('withLogin', () => {
  it('acts at once for a student who is logged in', async () => {
    await run(() => undefined, { loggedIn: true })

    expect(await withLogin(() => Promise.resolve('done'))).toBe('done')
    expect(useSessionStore().loginMode).toBeNull()
  })

  it('does nothing when the visitor dismisses the login', async () => {
    await run(() => undefined)
    const act = vi.fn(() => Promise.resolve())

    const acting = withLogin(act)
    useSessionStore().turnAway()
    await acting

    expect(act).not.toHaveBeenCalled()
  })

  it('acts again after a new login when the session had ended', async () => {
    await run(() => undefined, { loggedIn: true })
    const session = useSessionStore()
    const act = vi.fn<() => Promise<string>>().mockImplementationOnce(() => {
      session.end()
      return Promise.reject(new ApiError(401, 0, '请先登录'))
    })
    act.mockResolvedValueOnce('done')

    const acting = withLogin(act)
    await vi.waitFor(() => expect(session.loginMode).toBe('login'))
    session.start(aSession())

    expect(await acting).toBe('done')
  })

  it('does nothing for another student who logs in then', async () => {
    await run(() => undefined, { loggedIn: true })
    const session = useSessionStore()
    const act = vi.fn(() => {
      session.end()
      return Promise.reject(new ApiError(401, 0, '请先登录'))
    })

    const acting = withLogin(act)
    await vi.waitFor(() => expect(session.loginMode).toBe('login'))
    session.start({ ...aSession(), user: { ...aSession().user, id: 99 } })

    expect(await acting).toBeUndefined()
    expect(act).toHaveBeenCalledOnce()
  })

  it('passes every other refusal on', async () => {
    await run(() => undefined, { loggedIn: true })

    await expect(withLogin(() => Promise.reject(refusal))).rejects.toBe(refusal)
  })
})
