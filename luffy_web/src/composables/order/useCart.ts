import { createSharedComposable } from '@vueuse/core'
import { computed, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { addToCart, clearCart, fetchCart, removeFromCart } from '@/api/cart'
import type { ApiError } from '@/api/errors'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import { useSessionStore } from '@/stores/session'
import type { CartItem } from '@/types'

interface Cart {
  items: ComputedRef<CartItem[]>
  has: (course: number) => boolean
  loading: Ref<boolean>
  error: ShallowRef<ApiError | null>
  load: () => Promise<void>
  add: Action<[course: number]>
  remove: Action<[course: number]>
  clear: Action
}

/** The cart of the student who is logged in, one for all who show something of it. */
export const useCart = createSharedComposable((): Cart => {
  const session = useSessionStore()
  const cart = useLoad((signal) => fetchCart(signal))
  const items = computed(() => cart.data.value ?? [])
  /** An answer that was asked for before the change is older than this one. */
  function know(rows: CartItem[]) {
    cart.drop()
    cart.data.value = rows
  }

  watch(
    () => session.user?.id,
    (id) => {
      cart.drop()
      if (id) void cart.load()
    },
    { immediate: true },
  )

  const add = useAction(async (course: number) => {
    const rows = await withLogin(() => addToCart(course), 'join')
    if (!rows) return
    know(rows)
    useNotice().tell('已加入选课车。')
  })
  const remove = useAction(async (course: number) => know(await removeFromCart(course)))
  const clear = useAction(async () => know(await clearCart()))

  return {
    ...{ items, has: (course) => items.value.some(({ id }) => id === course) },
    ...{ loading: cart.loading, error: cart.error, load: cart.load },
    ...{ add, remove, clear },
  }
})
