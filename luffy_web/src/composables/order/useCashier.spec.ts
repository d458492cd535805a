import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { useNotice } from '@/composables/base/useNotice'
import { run } from '@/testing/mounting'
import { aPayment } from '@/testing/samples'
import { PayType } from '@/types'

import { useCashier } from './useCashier'
import { useCashierDialog } from './useCashierDialog'
import { payInWeChat } from './wechatBridge'

const { leaveFor, device } = vi.hoisted(() => ({ leaveFor: vi.fn(), device: vi.fn() }))
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))
vi.mock('@/composables/base/device', () => ({ device }))
vi.mock('./wechatBridge')

const JSAPI = { appId: 'wx1', timeStamp: '1', nonceStr: 'n', package: 'prepay_id=2', signType: 'RSA', paySign: 's' }
const cashier = async () => {
  const { result, router } = await run(useCashier)
  return { ...result, router }
}

describe('useCashier', () => {
  beforeEach(() => {
    leaveFor.mockReset()
    device.mockReturnValue('phone')
  })
  afterEach(() => {
    useCashierDialog().close()
  })

  it('leaves for the cashier of the provider, and waits until the visitor is back', async () => {
    let back: (isBack: boolean) => void = () => undefined
    leaveFor.mockReturnValue(new Promise((resolve) => (back = resolve)))
    const { open } = await cashier()
    const settled = vi.fn()

    const leaving = open(aPayment()).then(settled)
    await Promise.resolve()
    expect(settled).not.toHaveBeenCalled()
    back(true)
    await leaving

    expect(settled).toHaveBeenCalledWith(true)
    expect(leaveFor).toHaveBeenCalledWith('/cashier/1')
  })

  it('shows a QR code, and says when the visitor has closed it', async () => {
    const { open } = await cashier()
    const { dialog, close } = useCashierDialog()

    const back = open(aPayment({ pay_type: PayType.WeChat, qr_code: 'weixin://wxpay/1' }))
    expect(dialog.value?.kind).toBe('qr_code')
    close()

    expect(await back).toBe(true)
    expect(dialog.value).toBeNull()
    expect(leaveFor).not.toHaveBeenCalled()
  })

  it('shows one dialog at a time', async () => {
    const { open } = await cashier()

    const first = open(aPayment({ qr_code: 'weixin://wxpay/1' }))
    void open(aPayment({ qr_code: 'weixin://wxpay/2' }))

    expect(await first).toBe(true)
    expect(useCashierDialog().dialog.value?.payment.qr_code).toBe('weixin://wxpay/2')
  })

  it('says what to do about Alipay inside WeChat, over the page of the order', async () => {
    device.mockReturnValue('wechat')
    const { open, router } = await cashier()

    void open(aPayment())
    await vi.waitFor(() => expect(useCashierDialog().dialog.value?.kind).toBe('browser'))

    expect(router.currentRoute.value.path).toBe('/user/orders/01M825K83G')
    expect(leaveFor).not.toHaveBeenCalled()
  })

  it('leaves for the H5 page of WeChat Pay', async () => {
    const { open } = await cashier()

    await open(aPayment({ pay_type: PayType.WeChat, pay_url: 'https://wx.example/h5' }))

    expect(leaveFor).toHaveBeenCalledWith('https://wx.example/h5')
  })

  it.each([
    ['paid', '/pay/success?out_trade_no=01M825K83G', undefined],
    ['cancelled', '/', '付款已取消，订单会保留一会儿，可以稍后继续支付。'],
    ['silent', '/', '微信没有回应。如果您已经付款，稍后会在订单里看到结果，请不要重复付款。'],
    ['failed', '/', '微信支付没有打开，请稍后再试。'],
  ] as const)('goes on when the window of WeChat says %s', async (outcome, path, notice) => {
    vi.mocked(payInWeChat).mockResolvedValue(outcome)
    const { open, router } = await cashier()

    const back = await open(aPayment({ pay_type: PayType.WeChat, jsapi: JSAPI }))

    expect(payInWeChat).toHaveBeenCalledWith(JSAPI)
    expect(back).toBe(outcome !== 'paid')
    expect(router.currentRoute.value.fullPath).toBe(path)
    if (notice) expect(useNotice().notices.value.at(-1)?.text).toBe(notice)
  })
})
