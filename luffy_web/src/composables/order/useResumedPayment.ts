import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { payOrderAgain } from '@/api/order'
import { device } from '@/composables/base/device'
import { useAction } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'
import { PayType, type Order } from '@/types'

import { useCashier } from './useCashier'

/**
 * Goes on with a payment inside WeChat. The server needs to know the buyer there, so it has sent the
 * browser to WeChat's OAuth, which returns to the page of the order with `?pay=wechat`.
 */
export function useResumedPayment(order: () => Order | null, changed: () => void): void {
  const route = useRoute()
  const router = useRouter()
  const { open } = useCashier()
  const { warn } = useNotice()

  const { run } = useAction(async (out_trade_no: string) => {
    const payment = await payOrderAgain(out_trade_no, { pay_type: PayType.WeChat, device: device() })
    // A browser that keeps no cookies would be sent to OAuth for ever.
    if (!payment.jsapi) return warn('微信支付没有打开，请稍后再试，或换一种支付方式。')
    if (await open(payment)) changed()
  })

  watch(
    order,
    async (found) => {
      if (!found || route.query.pay !== 'wechat') return
      await router.replace({ query: { ...route.query, pay: undefined } })
      if (!found.payment_refusal) await run(found.out_trade_no)
    },
    { immediate: true },
  )
}
