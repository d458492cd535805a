import { createSharedComposable } from '@vueuse/core'
import { computed, ref, type ComputedRef, type WritableComputedRef } from 'vue'

import { fetchPaymentMethods } from '@/api/order'
import { device } from '@/composables/base/device'
import { useLoad } from '@/composables/base/useLoad'
import { PayType, type PaymentMethod } from '@/types'

interface PaymentMethods {
  /** What the school has configured and takes on this device; empty while loading or when it cannot be loaded. */
  methods: ComputedRef<PaymentMethod[]>
  /** The visitor's choice, until then the likeliest one. */
  chosen: WritableComputedRef<PayType>
}

/** One request for all who are on the page; with the last of them its answer goes. */
const useSharedLoad = createSharedComposable(() => {
  const shared = useLoad((signal) => fetchPaymentMethods(signal))
  void shared.load()
  return shared
})

/** The methods of payment. An order can be placed without knowing them, so a failure is not shown. */
export function usePaymentMethods(): PaymentMethods {
  const { data, error, load } = useSharedLoad()
  const methods = computed(() => data.value?.filter(({ devices }) => devices.includes(device())) ?? [])
  const choice = ref<PayType>()
  const likeliest = computed<PayType>(() => {
    const types: PayType[] = methods.value.map(({ pay_type }) => pay_type)
    return (device() === 'wechat' ? types.find((type) => type === PayType.WeChat) : null) ?? types[0] ?? PayType.Alipay
  })
  const chosen = computed<PayType>({
    get: () => choice.value ?? likeliest.value,
    set: (method) => (choice.value = method),
  })

  // Who comes after a failure tries again, for all.
  if (error.value) void load()

  return { methods, chosen }
}
