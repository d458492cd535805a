import { ref, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import type { CouponQuote, CourseDetail, PayType } from '@/types'

import { device } from '@/composables/base/device'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'

import { useCashier } from './useCashier'
import { isRefusal, usePlaceOrder } from './usePlaceOrder'

interface PayOrder {
  busy: Action['busy']
  buy: Action['run']
  /** The last attempt was refused because the price has changed. */
  priceChanged: Ref<boolean>
}

/**
 * Orders one course at the displayed price, less what a coupon takes off, and opens the cashier of the chosen method. When the server computes another
 * price it orders nothing; the page then shows the new price and the visitor decides.
 */
export function usePayOrder(
  course: () => CourseDetail,
  reload: () => Promise<unknown>,
  method: () => PayType,
  coupon: () => CouponQuote | null = () => null,
): PayOrder {
  const { open } = useCashier()
  const place = usePlaceOrder()
  const priceChanged = ref(false)

  async function order() {
    const { id, name, real_price } = course()
    const quote = coupon()
    const payment = await place({
      subject: name,
      total_amount: quote?.total_amount ?? real_price,
      courses: [id],
      pay_type: method(),
      device: device(),
      ...(quote && { coupon: quote.id }),
    })
    if (await open(payment)) await reload()
  }

  async function refused(error: ApiError) {
    priceChanged.value = error.about('total_amount') !== undefined
    if (!priceChanged.value) useNotice().refuse(error)
    if (isRefusal(error)) await reload()
  }

  const { busy, run } = useAction(
    async () => {
      priceChanged.value = false
      await withLogin(order, 'join')
    },
    (error) => void refused(error),
  )

  return { busy, buy: run, priceChanged }
}
