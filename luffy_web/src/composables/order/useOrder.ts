import { computed, watch, type ComputedRef } from 'vue'

import { fetchOrder } from '@/api/order'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { OrderDetail } from '@/types'

interface OrderLoad extends Pick<Load<OrderDetail>, 'error'> {
  order: ComputedRef<OrderDetail | null>
  reload: Load<OrderDetail>['load']
}

/** One of my orders. */
export function useOrder(outTradeNo: () => string): OrderLoad {
  const { data, error, load } = useLoad((signal) => fetchOrder(outTradeNo(), signal))
  const order = computed(() => (data.value?.out_trade_no === outTradeNo() ? data.value : null))

  watch(outTradeNo, () => load(), { immediate: true })

  return { order, error, reload: load }
}
