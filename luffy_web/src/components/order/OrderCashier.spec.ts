import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { useCashierDialog } from '@/composables/order/useCashierDialog'
import { useNotice } from '@/composables/base/useNotice'
import { show } from '@/testing/mounting'
import { anOrder, aPayment } from '@/testing/samples'
import { answer } from '@/testing/server'
import { readQrCode } from '@/testing/qrCode'
import { OrderStatus, type Order } from '@/types'

import OrderCashier from './OrderCashier.vue'

const CODE = 'weixin://wxpay/bizpayurl?pr=abc123zz'
const status = (order_status: OrderStatus, order: Order | null = null) =>
  answer('get', 'order/success/', { data: { out_trade_no: '01M825K83G', order_status, order_status_name: '', order } })

async function cashier(kind: 'qr_code' | 'browser', changes = {}) {
  const back = useCashierDialog().show({ kind, payment: aPayment(changes) })
  return { back, ...(await show(OrderCashier, { loggedIn: true })) }
}

describe('OrderCashier', () => {
  afterEach(() => {
    useCashierDialog().close()
  })

  it('shows a QR code with the amount, and is closed by the visitor', async () => {
    const { back } = await cashier('qr_code', { qr_code: CODE })

    expect(screen.getByRole('dialog', { name: '微信扫码支付' })).toHaveTextContent('¥99.00')
    expect(readQrCode(screen.getByRole('img', { name: '微信支付二维码' }))).toBe(CODE)
    await userEvent.click(screen.getByRole('button', { name: '关闭' }))

    expect(await back).toBe(true)
    expect(screen.queryByRole('img')).toBeNull()
  })

  it('closes and shows the result when the payment has arrived', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    status(OrderStatus.Paid)
    const { back, router } = await cashier('qr_code', { qr_code: CODE })

    await vi.advanceTimersByTimeAsync(3000)

    expect(await back).toBe(false)
    expect(router.currentRoute.value.fullPath).toBe('/pay/success?out_trade_no=01M825K83G')
  })

  it('polls for a second code after the first one has ended', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    status(OrderStatus.TimedOut)
    await cashier('qr_code', { qr_code: CODE })
    await vi.advanceTimersByTimeAsync(3000)
    expect(await screen.findByRole('alert')).toHaveTextContent('没有产生扣款')

    const back = useCashierDialog().show({ kind: 'qr_code', payment: aPayment({ qr_code: `${CODE}2` }) })
    expect(await screen.findByRole('img', { name: '微信支付二维码' })).toBeVisible()
    status(OrderStatus.Paid)
    await vi.advanceTimersByTimeAsync(3000)

    expect(await back).toBe(false)
  })

  it.each([
    [OrderStatus.TimedOut, '2099-01-01T00:00:00Z', '二维码已经失效，没有产生扣款。'],
    [OrderStatus.Unpaid, '2020-01-01T00:00:00Z', '二维码已经失效。如果您刚刚付过款'],
  ])('says when the code of an order in state %s has expired', async (order_status, expires_at, sentence) => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    status(order_status)
    const { back } = await cashier('qr_code', { qr_code: CODE, expires_at })

    await vi.advanceTimersByTimeAsync(3000)

    expect(await screen.findByRole('alert')).toHaveTextContent(sentence)
    expect(screen.queryByRole('img')).toBeNull()
    await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).click(screen.getByRole('button', { name: '知道了' }))
    expect(await back).toBe(true)
  })

  it('takes the code away once the order need not be paid', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    const order = anOrder({ payment_refusal: { code: 4002, msg: '您已拥有其中的课程，这笔订单无需再支付' } })
    status(OrderStatus.Unpaid, order)
    await cashier('qr_code', { qr_code: CODE })

    await vi.advanceTimersByTimeAsync(3000)

    expect(await screen.findByRole('alert')).toHaveTextContent('您已拥有其中的课程，这笔订单无需再支付。如果您刚刚付过款')
    expect(screen.queryByRole('img')).toBeNull()
  })

  it('tells how to pay with Alipay outside of WeChat, and copies the address of the order', async () => {
    const user = userEvent.setup()
    await cashier('browser')

    expect(screen.getByRole('dialog', { name: '请在浏览器中付款' })).toHaveTextContent('在浏览器打开')
    await user.click(screen.getByRole('button', { name: '复制链接' }))

    expect(await navigator.clipboard.readText()).toBe('http://luffy.test/user/orders/01M825K83G')
    expect(useNotice().notices.value.at(-1)?.text).toBe('已复制。')
  })
})
