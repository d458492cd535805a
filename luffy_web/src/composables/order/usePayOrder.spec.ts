import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aDetail, anOrder, aSession } from '@/testing/samples'
import { answer } from '@/testing/server'
import { PayType } from '@/types'

import { useNotice } from '@/composables/base/useNotice'
import { usePayOrder } from './usePayOrder'

const leaveFor = vi.hoisted(() => vi.fn())
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

const PLACED = { status: 201, data: anOrder(), extra: { pay_url: '/cashier/1', out_trade_no: '01M' } }

describe('usePayOrder', () => {
  const reload = vi.fn(() => Promise.resolve())
  const buying = (loggedIn = true) =>
    run(() => usePayOrder(() => [aDetail({ real_price: '79.20' })], reload, () => PayType.Alipay), { loggedIn })

  beforeEach(() => {
    leaveFor.mockReset()
    reload.mockClear()
  })

  it('orders at the price shown and goes to the cashier', async () => {
    const calls = answer('post', 'order/pay/', PLACED)
    const { result } = await buying()

    await result.buy()

    expect(calls[0]?.body).toEqual({
      subject: 'Python 爬虫实战',
      total_amount: '79.20',
      courses: [9],
      study_months: [null],
      pay_type: 1,
      device: 'desktop',
    })
    expect(leaveFor).toHaveBeenCalledWith('/cashier/1')
  })

  it('makes one order of a double click', async () => {
    const calls = answer('post', 'order/pay/', PLACED)
    const { result } = await buying()

    await Promise.all([result.buy(), result.buy()])

    expect(calls).toHaveLength(1)
  })

  it('shows a changed price and leaves the decision to the visitor', async () => {
    const calls = answer('post', 'order/pay/', {
      status: 409,
      msg: '价格有误',
      errors: { total_amount: ['99.00'] },
    })
    const { result } = await buying()

    await result.buy()

    expect(result.priceChanged.value).toBe(true)
    expect(reload).toHaveBeenCalledOnce()
    expect(calls).toHaveLength(1)
    expect(leaveFor).not.toHaveBeenCalled()
  })

  it('tells any other refusal', async () => {
    answer('post', 'order/pay/', { status: 409, msg: '您已拥有该课程' })
    const { result } = await buying()

    await result.buy()

    expect(result.priceChanged.value).toBe(false)
    expect(useNotice().notices.value.map(({ text }) => text)).toContain('您已拥有该课程')
  })

  it('goes on after a login', async () => {
    answer('post', 'order/pay/', PLACED)
    const { result } = await buying(false)
    const session = useSessionStore()

    const bought = result.buy()
    await flushPromises()
    expect(session.loginMode).toBe('join')
    session.start(aSession())
    await bought

    expect(leaveFor).toHaveBeenCalledWith('/cashier/1')
  })

  it('orders nothing when the visitor turns away from the login', async () => {
    const calls = answer('post', 'order/pay/', PLACED)
    const { result } = await buying(false)

    const bought = result.buy()
    useSessionStore().turnAway()
    await bought

    expect(calls).toHaveLength(0)
    expect(result.busy.value).toBe(false)
  })

  it('goes on when the session turns out to have ended', async () => {
    const calls = answer('post', 'order/pay/', ({ token }) =>
      token === 'jwt token-2' ? PLACED : { status: 401 },
    )
    const { result } = await buying()
    const session = useSessionStore()

    const bought = result.buy()
    await vi.waitFor(() => expect(session.loginMode).toBe('login'))
    session.start(aSession({ token: 'token-2' }))
    await bought

    expect(calls.map(({ token }) => token)).toEqual(['jwt token-1', 'jwt token-2'])
    expect(leaveFor).toHaveBeenCalledOnce()
  })
})
