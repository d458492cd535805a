import { ref } from 'vue'

import { placeOrder } from '@/api/order'
import type { ApiError } from '@/api/errors'
import type { CourseDetail } from '@/types'

import { useAction, withLogin } from './useAction'
import { useLeave } from './useLeave'
import { useNotice } from './useNotice'

/** Kept until an answer came: after a broken connection the same wish is sent again. */
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-')

/**
 * Buys one course at the price that the visitor sees. When the server knows another price,
 * nothing is ordered: the page shows the new one and the visitor decides.
 */
export function usePayOrder(course: () => CourseDetail, reload: () => Promise<void>) {
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

  async function refused(fault: ApiError) {
    priceChanged.value = fault.about('total_amount') !== undefined
    if (!priceChanged.value) useNotice().refuse(fault)
    if (fault.status < 400 || fault.status >= 500) return
    key = newKey()
    await reload()
  }

  const { busy, run } = useAction(
    async () => {
      priceChanged.value = false
      await withLogin(place)
    },
    (fault) => void refused(fault),
  )

  return { busy, buy: run, priceChanged }
}
