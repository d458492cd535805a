/** What the worker may keep: a name that contains a hash is never another file. As WHITENOISE_IMMUTABLE_FILE_TEST. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/
/** Paths that are none of the app's pages, as in `luffy_api/spa.py`. */
const ELSEWHERE = /^\/(?:api|admin|static|media|files|alipay|wechatpay)(?:\/|$)/

/** A part of a request that decides. */
export interface Asked {
  url: string
  method: string
  mode: string
  headers: Pick<Headers, 'has'>
}

function pathOf({ url, method }: Asked, origin: string): string | null {
  const { origin: its, pathname } = new URL(url)
  return method === 'GET' && its === origin ? pathname : null
}

/** Whether it is a document of the app: in its place there is the page without network. */
export function isPage(request: Asked, origin: string): boolean {
  const path = pathOf(request, origin)
  return path !== null && request.mode === 'navigate' && !ELSEWHERE.test(path)
}

/** Whether it is a file that is the same for ever. */
export function isHashed(request: Asked, origin: string): boolean {
  const path = pathOf(request, origin)
  return path !== null && request.mode !== 'navigate' && HASHED.test(path) && !request.headers.has('range')
}
