import { sumOf } from '@/format/money'
import type { CouponQuote, PayType } from '@/types'

import type { Purchase } from './useCartChoice'
import { usePayment, type PayOrder } from './usePayment'

const subjectOf = ([first, ...others]: readonly Purchase[]) =>
  (first?.name ?? '') + (others.length > 0 ? ` 等 ${others.length + 1} 门课程` : '')

/**
 * Orders courses at the displayed prices, less what a coupon takes off, as `usePayment` does.
 * `pack` is the package that the courses are the rest of.
 */
export function usePayOrder(
  courses: () => readonly Purchase[],
  reload: () => Promise<unknown>,
  method: () => PayType,
  coupon: () => CouponQuote | null = () => null,
  pack?: () => number,
): PayOrder {
  return usePayment(
    () => {
      const wanted = courses()
      const quote = coupon()
      return {
        subject: subjectOf(wanted),
        total_amount: quote?.total_amount ?? sumOf(wanted.map(({ real_price }) => real_price)),
        courses: wanted.map(({ id }) => id),
        study_months: wanted.map(({ study_months }) => study_months),
        ...(quote && { coupon: quote.id }),
        ...(pack && { package: pack() }),
      }
    },
    reload,
    method,
  )
}
