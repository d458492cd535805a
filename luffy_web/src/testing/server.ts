import { http, HttpResponse, type JsonBodyType } from 'msw'
import { setupServer } from 'msw/node'

const API = '*/api/v1/'

/** Every page that sells asks for the methods; a spec that is about them answers otherwise. */
const onlyAlipay = http.get(`${API}order/methods/`, () =>
  enveloped({ data: [{ pay_type: 1, pay_type_name: '支付宝', devices: ['desktop', 'phone', 'wechat'] }] }),
)

/** Likewise for coupons. */
const noCoupons = [
  http.get(`${API}promotion/coupon/offered/`, () => enveloped({ data: [] })),
  http.post(`${API}promotion/coupon/quote/`, () => enveloped({ data: [] })),
]

const noPackages = http.get(`${API}promotion/package/`, () => enveloped({ data: [] }))
const noMembership = [
  http.get(`${API}promotion/membership/`, () => enveloped({ data: { terms: [], course_count: 0 } })),
  http.get(`${API}course/mine/ended/`, () => enveloped({ data: [] })),
  http.get(`${API}promotion/membership/mine/`, () => enveloped({ data: { ends_at: null, periods: [] } })),
]
const emptyCart = http.get(`${API}order/cart/`, () => enveloped({ data: [] }))

/** Of the login dialog, and of the profile. */
const noProviders = http.get(`${API}user/social/providers/`, () => enveloped({ data: [] }))
const nothingConnected = http.get(`${API}user/social/`, () => enveloped({ data: [] }))

/** Of a course's page, once somebody is logged in. */
const noFavourite = http.get(`${API}community/course/:id/favourite/`, () => enveloped({ data: { is_favourite: false } }))

/** Of the home page. */
const noTopics = http.get(`${API}home/topic/`, () => enveloped({ data: [] }))

export const server = setupServer(onlyAlipay, emptyCart, noPackages, ...noMembership, ...noCoupons, noFavourite, noTopics, noProviders, nothingConnected)

interface Answer {
  status?: number
  code?: number
  msg?: string
  data?: JsonBodyType
  errors?: Record<string, string[]>
  extra?: Record<string, JsonBodyType>
  headers?: Record<string, string>
}

export interface Call {
  url: URL
  token: string | null
  /** The Idempotency-Key. */
  key: string | null
  body: unknown
}

/** The answer in the envelope. */
function enveloped({ status = 200, code, msg = '', data = null, errors, extra, headers }: Answer) {
  const known = code ?? (status < 400 ? 100 : 1000)
  return HttpResponse.json(
    { code: known, msg, data, ...(status >= 400 && { errors: errors ?? {} }), ...extra },
    { status, headers },
  )
}

/** Answers one endpoint; returns the calls that it gets. */
export function answer(
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  reply: Answer | ((call: Call) => Answer),
): Call[] {
  const calls: Call[] = []
  server.use(
    http[method](API + path, async ({ request }) => {
      const text = await request.text()
      const call: Call = {
        url: new URL(request.url),
        token: request.headers.get('Authorization'),
        key: request.headers.get('Idempotency-Key'),
        body: text ? JSON.parse(text) : null,
      }
      calls.push(call)
      return enveloped(typeof reply === 'function' ? reply(call) : reply)
    }),
  )
  return calls
}

export function failNetwork(method: 'get' | 'post', path: string): void {
  server.use(http[method](API + path, () => HttpResponse.error()))
}
