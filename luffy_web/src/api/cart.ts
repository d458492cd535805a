import type { CartItem } from '@/types'

import { dataOf, http, quietly } from './http'

/** What is in my cart, the newest first; each of these answers is the whole cart. A background request. */
export const fetchCart = (signal?: AbortSignal): Promise<CartItem[]> =>
  dataOf(http.GET('/api/v1/order/cart/', { signal, ...quietly }))

export const addToCart = (course: number): Promise<CartItem[]> =>
  dataOf(http.POST('/api/v1/order/cart/', { body: { course } }))

export const removeFromCart = (course: number): Promise<CartItem[]> =>
  dataOf(http.DELETE('/api/v1/order/cart/{course}/', { params: { path: { course } } }))

/** Takes out what cannot be bought. */
export const clearCart = (): Promise<CartItem[]> => dataOf(http.DELETE('/api/v1/order/cart/'))
