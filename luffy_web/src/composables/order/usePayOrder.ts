import { ref, type Ref } from 'vue'

import { placeOrder } from '@/api/order'
import type { ApiError } from '@/api/errors'
import type { CourseDetail } from '@/types'

import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLeave } from '@/composables/base/useLeave'
import { useNotice } from '@/composables/base/useNotice'

interface PayOrder {
  busy: Action['busy']
  buy: Action['run']
  /** The last attempt was refused because the price has changed. */
  priceChanged: Ref<boolean>
}

/** An idempotency key; it is kept until the server has answered, so that a retry creates no second order. */
const newKey = (): string => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-')

/**
 * Orders one course at the displayed price and opens the cashier. When the server computes another
 * price it orders nothing; the page then shows the new price and the visitor decides.
 */
export function usePayOrder(course: () => CourseDetail, reload: () => Promise<void>): PayOrder {
  const { leaveFor } = useLeave()
  const priceChanged = ref(false)
  let key = newKey()

  async function place() {
    const { id, name, real_price } = course()
    const order = { subject: name, total_amount: real_price, courses: [id] }
    const { pay_url } = await placeOrder(order, key)
    key = newKey()
    leaveFor(pay_url)
  }

  async function refused(error: ApiError) {
    priceChanged.value = error.about('total_amount') !== undefined
    if (!priceChanged.value) useNotice().refuse(error)
    if (error.status < 400 || error.status >= 500) return
    key = newKey()
    await reload()
  }

  const { busy, run } = useAction(
    async () => {
      priceChanged.value = false
      await withLogin(place)
    },
    (error) => void refused(error),
  )

  return { busy, buy: run, priceChanged }
}
