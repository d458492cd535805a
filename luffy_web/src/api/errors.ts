/** The codes of refusals that a page treats in a way of their own. */
export enum ErrorCode {
  CaptchaRequired = 2006,
  ConsentRequired = 2007,
  PlayingElsewhere = 3004,
  OrderClosed = 4005,
}

/** A refusal of the server, or (status 0) a request that got no answer. `msg` is for the user; `retryAfter` in seconds. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    readonly msg: string,
    readonly errors: Record<string, string[]> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(msg)
    this.name = 'ApiError'
  }

  /** The first message about a field. */
  about(field: string): string | undefined {
    return this.errors[field]?.[0]
  }
}

const DEFAULT_MESSAGES: Record<number, string> = {
  404: '没有找到您要的内容。',
  413: '文件太大了，请换一个小一些的。',
  429: '操作太频繁了，请稍后再试。',
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function fieldErrors(value: unknown): Record<string, string[]> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).map(([field, said]) => [field, [said].flat().map(String)]),
  )
}

export function refusal(response: Response, body: unknown): ApiError {
  const said = isRecord(body) ? body : {}
  const fallback = DEFAULT_MESSAGES[response.status] ?? '服务器开小差了，请稍后再试。'
  const seconds = Number(response.headers.get('Retry-After') || NaN)
  return new ApiError(
    response.status,
    typeof said.code === 'number' ? said.code : 0,
    typeof said.msg === 'string' && said.msg ? said.msg : fallback,
    fieldErrors(said.errors),
    Number.isFinite(seconds) ? seconds : null,
  )
}

export const unreachable = (): ApiError => new ApiError(0, 0, '网络好像断开了，请检查网络后重试。')

export const tooSlow = (): ApiError => new ApiError(0, 0, '服务器很久没有回应，请稍后再试。')

const isNamed = (error: unknown, name: string) => isRecord(error) && error.name === name

/** Of a request that has passed its limit while its answer was being read. */
export const isTimeout = (error: unknown): boolean => isNamed(error, 'TimeoutError')

export const isAbort = (error: unknown): boolean => isNamed(error, 'AbortError')
