import { useRouter } from 'vue-router'

import { device } from '@/composables/base/device'
import { useLeave } from '@/composables/base/useLeave'
import { useNotice } from '@/composables/base/useNotice'
import { PayType, type JsapiParameters, type Payment } from '@/types'

import { useCashierDialog } from './useCashierDialog'
import { payInWeChat } from './wechatBridge'

interface Cashier {
  /** Leads to the payment; resolves to whether the visitor is still on the page, or back on it. */
  open: (payment: Payment) => Promise<boolean>
}

/** Takes the buyer to where this payment is made: a page of the provider, a QR code, or WeChat's own window. */
export function useCashier(): Cashier {
  const { leaveFor } = useLeave()
  const { show } = useCashierDialog()
  const { tell, warn } = useNotice()
  const router = useRouter()

  async function openInWeChat(jsapi: JsapiParameters, out_trade_no: string): Promise<boolean> {
    const outcome = await payInWeChat(jsapi)
    if (outcome === 'paid') {
      await router.push({ name: 'pay-success', query: { out_trade_no } })
      return false
    }
    if (outcome === 'cancelled') tell('付款已取消，订单会保留一会儿，可以稍后继续支付。')
    if (outcome === 'silent') warn('微信没有回应。如果您已经付款，稍后会在订单里看到结果，请不要重复付款。')
    if (outcome === 'failed') warn('微信支付没有打开，请稍后再试。')
    return true
  }

  async function open(payment: Payment): Promise<boolean> {
    if (payment.jsapi) return openInWeChat(payment.jsapi, payment.out_trade_no)
    if (payment.qr_code) return show({ kind: 'qr_code', payment })
    if (payment.pay_type === PayType.Alipay && device() === 'wechat') {
      // "Open in the browser" opens the page that stands behind the dialog.
      await router.push({ name: 'my-order', params: { out_trade_no: payment.out_trade_no } })
      return show({ kind: 'browser', payment })
    }
    return payment.pay_url === null || leaveFor(payment.pay_url)
  }

  return { open }
}
