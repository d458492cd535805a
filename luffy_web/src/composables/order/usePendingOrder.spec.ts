import { describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { useSessionStore } from '@/stores/session'
import { run } from '@/testing/mounting'
import { aDetail, aListedOrder, aSession, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import { usePendingOrder } from './usePendingOrder'

const pending = (found: ReturnType<typeof aListedOrder>[], { loggedIn = true, owned = false } = {}) => {
  const calls = answer('get', 'order/', { data: pageOf(found) })
  return run(() => usePendingOrder(() => aDetail({ owned })), { loggedIn }).then(({ result }) => ({ result, calls }))
}

describe('usePendingOrder', () => {
  it('finds the order of this course that waits to be paid', async () => {
    const { result, calls } = await pending([aListedOrder()])

    await vi.waitFor(() => expect(result.order.value?.out_trade_no).toBe('01M825K83G'))
    expect(calls[0]?.url.search).toBe('?order_status=0&course=9')
  })

  it('finds one out of time while money that came by hand is being checked', async () => {
    const refusal = { code: 4005, msg: '学校已经登记了您的线下付款，正在核对，请不要再次付款' }
    const checked = { awaits_offline_payment: true, payment_refusal: refusal, expires_at: '2020-01-01T00:00:00Z' }
    const { result } = await pending([aListedOrder(checked)])

    await vi.waitFor(() => expect(result.order.value?.awaits_offline_payment).toBe(true))
  })

  it('shows nothing of another course or student, however long their own orders take', async () => {
    const shown = ref(aDetail())
    answer('get', 'order/', { data: pageOf([aListedOrder()]) })
    const { result } = await run(() => usePendingOrder(() => shown.value), { loggedIn: true })
    await vi.waitFor(() => expect(result.order.value).toBeDefined())

    answer('get', 'order/', { status: 503 })
    shown.value = aDetail({ id: 12 })
    expect(result.order.value).toBeUndefined()
    await nextTick()
    shown.value = aDetail()
    await nextTick()
    expect(result.order.value).toBeUndefined()

    answer('get', 'order/', { data: pageOf([aListedOrder()]) })
    await result.reload()
    expect(result.order.value).toBeDefined()
    answer('get', 'order/', { status: 503 })
    useSessionStore().start(aSession({ token: 'token-2', user: { ...aSession().user, id: 2 } }))
    await nextTick()
    expect(result.order.value).toBeUndefined()
  })

  it.each([
    ['an order of another course', aListedOrder({ courses: aListedOrder().courses.map((course) => ({ ...course, id: 12 })) })],
    ['an order of several courses', aListedOrder({ courses: [...aListedOrder().courses, ...aListedOrder().courses] })],
    ['an order out of time', aListedOrder({ expires_at: '2020-01-01T00:00:00Z' })],
    ['an order that takes no payment', aListedOrder({ payment_refusal: { code: 4003, msg: '课程暂未开放购买' } })],
  ])('leaves out %s', async (_, other) => {
    const { result, calls } = await pending([other])

    await vi.waitFor(() => expect(calls).toHaveLength(1))
    await new Promise((done) => setTimeout(done))
    expect(result.order.value).toBeUndefined()
  })

  it.each([
    ['a guest', { loggedIn: false }],
    ['an owner', { owned: true }],
  ])('asks nothing for %s', async (_, who) => {
    const { calls } = await pending([aListedOrder()], who)

    expect(calls).toHaveLength(0)
  })
})
