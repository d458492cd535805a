import type {
  Device,
  Invoice,
  InvoiceableOrder,
  InvoiceRequest,
  ListedOrder,
  Order,
  OrderDetail,
  OrderStatus,
  Page,
  Payment,
  PaymentMethod,
  PaymentStatus,
  PayType,
} from '@/types'

import { dataOf, done, envelope, http, patiently, quietly } from './http'

const UNPAID = 0

export interface NewOrder {
  subject: string
  total_amount: string
  /** None in the order of a membership. */
  courses?: number[]
  /** For how long each may be studied, as the page shows it; null for ever. */
  study_months?: (number | null)[]
  /** One of the student's coupons. */
  coupon?: number | null
  /** The package that the courses are the rest of. */
  package?: number | null
  /** A term of membership, ordered without courses. */
  membership?: number | null
  pay_type: PayType
  device: Device
}

interface CashierAnswer extends Pick<Payment, 'pay_url' | 'qr_code' | 'jsapi'> {
  data: Order
}

const paymentOf = ({ data, pay_url, qr_code, jsapi }: CashierAnswer): Payment => ({
  out_trade_no: data.out_trade_no,
  pay_type: data.pay_type,
  total_amount: data.total_amount,
  expires_at: data.expires_at,
  pay_url,
  qr_code,
  jsapi,
})

/** The methods that the school has configured. */
export const fetchPaymentMethods = (signal?: AbortSignal): Promise<PaymentMethod[]> =>
  dataOf(http.GET('/api/v1/order/methods/', { signal }))

/** `key`: the Idempotency-Key; the same key creates only one order. */
export const placeOrder = async (body: NewOrder, key: string): Promise<Payment> =>
  paymentOf(
    await envelope(
      http.POST('/api/v1/order/pay/', { body, params: { header: { 'Idempotency-Key': key } }, ...patiently }),
    ),
  )

export const fetchOrders = (
  query: { order_status?: OrderStatus; page?: number; page_size?: number },
  signal?: AbortSignal,
): Promise<Page<ListedOrder>> => dataOf(http.GET('/api/v1/order/', { params: { query }, signal }))

export const fetchOrder = (out_trade_no: string, signal?: AbortSignal): Promise<OrderDetail> =>
  dataOf(http.GET('/api/v1/order/{out_trade_no}/', { params: { path: { out_trade_no } }, signal }))

/** My unpaid orders for a course; a background request, so an ended session opens no dialog. */
export const fetchPendingOrders = (course: number, signal?: AbortSignal): Promise<Page<ListedOrder>> =>
  dataOf(http.GET('/api/v1/order/', { params: { query: { order_status: UNPAID, course } }, signal, ...quietly }))

/** Another `pay_type` than the order's own closes its trade there first. */
export const payOrderAgain = async (
  out_trade_no: string,
  body: { pay_type?: PayType; device: Device },
): Promise<Payment> =>
  paymentOf(
    await envelope(
      http.POST('/api/v1/order/{out_trade_no}/pay/', { params: { path: { out_trade_no } }, body, ...patiently }),
    ),
  )

export const cancelOrder = (out_trade_no: string): Promise<void> =>
  done(http.POST('/api/v1/order/{out_trade_no}/cancel/', { params: { path: { out_trade_no } }, ...patiently }))

/** Asks for the price of one course, or for all that was paid and is not given back yet. */
export const requestRefund = (out_trade_no: string, body: { reason: string; course?: number }): Promise<void> =>
  done(http.POST('/api/v1/order/{out_trade_no}/refund/', { params: { path: { out_trade_no } }, body }))

/** Withdraws the request for this course, or for the whole order. */
export const withdrawRefund = (out_trade_no: string, course: number | null): Promise<void> =>
  done(
    http.DELETE('/api/v1/order/{out_trade_no}/refund/', {
      params: { path: { out_trade_no }, query: { course: course ?? undefined } },
    }),
  )

/** Newest first; with `order` (a number) only those of this order. */
export const fetchInvoices = (
  query: { order?: string; page?: number; page_size?: number },
  signal?: AbortSignal,
): Promise<Page<Invoice>> => dataOf(http.GET('/api/v1/order/invoice/', { params: { query }, signal }))

/** What an invoice can be asked for, newest first; with `order` (a number) only that one. */
export const fetchInvoiceableOrders = (
  query: { order?: string; page_size?: number },
  signal?: AbortSignal,
): Promise<Page<InvoiceableOrder>> => dataOf(http.GET('/api/v1/order/invoice/orders/', { params: { query }, signal }))

export const requestInvoice = (body: InvoiceRequest): Promise<void> =>
  done(http.POST('/api/v1/order/invoice/', { body }))

/** The PDF. */
export const fetchInvoiceFile = (id: number): Promise<Blob> =>
  envelope(http.GET('/api/v1/order/invoice/{id}/file/', { params: { path: { id } }, parseAs: 'blob', ...patiently }))

/** Whether the payment has arrived, with the server's sentence about it; only the owner also gets the order. */
export async function fetchPaymentStatus(
  out_trade_no: string,
  signal?: AbortSignal,
): Promise<PaymentStatus & { msg: string }> {
  const { data, msg } = await envelope(
    http.GET('/api/v1/order/success/', { params: { query: { out_trade_no } }, signal }),
  )
  return { ...data, msg }
}
