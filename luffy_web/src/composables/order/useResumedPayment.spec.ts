import { describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'

import { useNotice } from '@/composables/base/useNotice'
import { run } from '@/testing/mounting'
import { anOrder } from '@/testing/samples'
import { answer } from '@/testing/server'
import type { Order } from '@/types'

import { useResumedPayment } from './useResumedPayment'
import { payInWeChat } from './wechatBridge'

vi.mock('./wechatBridge')
vi.mock('@/composables/base/device', () => ({ device: () => 'wechat' }))

const PAGE = '/user/orders/01M825K83G'
const JSAPI = { appId: 'wx1', timeStamp: '1', nonceStr: 'n', package: 'prepay_id=2', signType: 'RSA', paySign: 's' }

async function resumed(at: string, order: Order = anOrder()) {
  const changed = vi.fn()
  const loaded = shallowRef<Order | null>(null)
  const { router } = await run(() => useResumedPayment(() => loaded.value, changed), { at, loggedIn: true })
  loaded.value = order
  return { router, changed }
}
const pays = (jsapi: typeof JSAPI | null) =>
  answer('post', 'order/01M825K83G/pay/', { data: anOrder(), extra: { pay_url: '/oauth', qr_code: null, jsapi } })

describe('useResumedPayment', () => {
  it('opens the window of WeChat after OAuth, once', async () => {
    vi.mocked(payInWeChat).mockResolvedValue('cancelled')
    const calls = pays(JSAPI)
    const { router, changed } = await resumed(`${PAGE}?pay=wechat`)

    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce())
    expect(calls.map(({ body }) => body)).toEqual([{ pay_type: 2, device: 'wechat' }])
    expect(payInWeChat).toHaveBeenCalledWith(JSAPI)
    expect(router.currentRoute.value.fullPath).toBe(PAGE)
  })

  it('does not go in circles when WeChat does not know the buyer', async () => {
    pays(null)
    const { router } = await resumed(`${PAGE}?pay=wechat`)

    await vi.waitFor(() => expect(useNotice().notices.value.at(-1)?.text).toContain('微信支付没有打开'))
    expect(router.currentRoute.value.fullPath).toBe(PAGE)
  })

  it.each([
    ['without a return from OAuth', PAGE, anOrder()],
    ['for an order that takes no payment', `${PAGE}?pay=wechat`, anOrder({ payment_refusal: { code: 4005, msg: '订单已支付' } })],
  ])('does nothing %s', async (_, at, order) => {
    const calls = pays(JSAPI)
    const { router } = await resumed(at, order)

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe(PAGE))
    expect(calls).toHaveLength(0)
  })
})
