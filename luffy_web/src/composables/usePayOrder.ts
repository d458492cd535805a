import { ref } from 'vue'

import { placeOrder } from '@/api/order'
import type { ApiError } from '@/api/errors'
import type { CourseDetail } from '@/types'

import { useAction, withLogin } from './useAction'
import { useLeave } from './useLeave'
import { useNotice } from './useNotice'

/**
 * Buys one course at the price that the visitor sees. When the server knows another price,
 * nothing is ordered: the page shows the new one and the visitor decides.
 */
export function usePayOrder(course: () => CourseDetail, reload: () => Promise<void>) {
  const { leaveFor } = useLeave()
  const priceChanged = ref(false)

  async function place() {
    const { id, name, real_price } = course()
    const { pay_url } = await placeOrder({ subject: name, total_amount: real_price, courses: [id] })
    leaveFor(pay_url)
  }

  async function refused(fault: ApiError) {
    priceChanged.value = fault.about('total_amount') !== undefined
    if (!priceChanged.value) useNotice().refuse(fault)
    if (fault.status >= 400 && fault.status < 500) await reload()
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
