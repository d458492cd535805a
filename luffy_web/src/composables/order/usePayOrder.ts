import { ref, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import type { CourseDetail } from '@/types'

import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLeave } from '@/composables/base/useLeave'
import { useNotice } from '@/composables/base/useNotice'

import { isRefusal, usePlaceOrder } from './usePlaceOrder'

interface PayOrder {
  busy: Action['busy']
  buy: Action['run']
  /** The last attempt was refused because the price has changed. */
  priceChanged: Ref<boolean>
}

/**
 * Orders one course at the displayed price and opens the cashier. When the server computes another
 * price it orders nothing; the page then shows the new price and the visitor decides.
 */
export function usePayOrder(course: () => CourseDetail, reload: () => Promise<void>): PayOrder {
  const { leaveFor } = useLeave()
  const place = usePlaceOrder()
  const priceChanged = ref(false)

  async function order() {
    const { id, name, real_price } = course()
    const { pay_url } = await place({ subject: name, total_amount: real_price, courses: [id] })
    leaveFor(pay_url)
  }

  async function refused(error: ApiError) {
    priceChanged.value = error.about('total_amount') !== undefined
    if (!priceChanged.value) useNotice().refuse(error)
    if (isRefusal(error)) await reload()
  }

  const { busy, run } = useAction(
    async () => {
      priceChanged.value = false
      await withLogin(order)
    },
    (error) => void refused(error),
  )

  return { busy, buy: run, priceChanged }
}
