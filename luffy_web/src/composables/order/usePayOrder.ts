import { ref, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import { sumOf } from '@/format/money'
import type { CouponQuote, PayType } from '@/types'

import { device } from '@/composables/base/device'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'

import { useCashier } from './useCashier'
import type { Purchase } from './useCartChoice'
import { isRefusal, usePlaceOrder } from './usePlaceOrder'

interface PayOrder {
  busy: Action['busy']
  buy: Action['run']
  /** The last attempt was refused because the price has changed. */
  priceChanged: Ref<boolean>
}

const subjectOf = ([first, ...others]: readonly Purchase[]) =>
  (first?.name ?? '') + (others.length > 0 ? ` 等 ${others.length + 1} 门课程` : '')

/**
 * Orders courses at the displayed prices, less what a coupon takes off, and opens the cashier of the chosen method.
 * `pack` is the package that the courses are the rest of. When the server computes another total it orders nothing; the page then shows the new prices and the visitor decides.
 */
export function usePayOrder(
  courses: () => readonly Purchase[],
  reload: () => Promise<unknown>,
  method: () => PayType,
  coupon: () => CouponQuote | null = () => null,
  pack?: () => number,
): PayOrder {
  const { open } = useCashier()
  const place = usePlaceOrder()
  const priceChanged = ref(false)

  async function order() {
    const wanted = courses()
    const quote = coupon()
    const payment = await place({
      subject: subjectOf(wanted),
      total_amount: quote?.total_amount ?? sumOf(wanted.map(({ real_price }) => real_price)),
      courses: wanted.map(({ id }) => id),
      pay_type: method(),
      device: device(),
      ...(quote && { coupon: quote.id }),
      ...(pack && { package: pack() }),
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
