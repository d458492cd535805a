const RETRIES = 3
/** Milliseconds. */
const RETRY_DELAY = 1000
const TIMEOUT = 10_000

/** The server has answered with an error status. */
export class DownloadError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`)
  }
}

/** Whether repeating a request can succeed: an expired link (4xx) needs a fresh link instead. */
const isRetryable = (cause: unknown) => !(cause instanceof DownloadError) || cause.status === 429 || cause.status >= 500

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

async function attempt<Body>(url: string, read: (response: Response) => Promise<Body>, signal: AbortSignal): Promise<Body> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, TIMEOUT)
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    const response = await fetch(url, { signal: controller.signal })
    if (!response.ok) throw new DownloadError(response.status)
    return await read(response)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

/** Fetches a file, again where that can help. Rejects with the last error, or once `signal` is aborted. */
export async function download<Body>(
  url: string,
  read: (response: Response) => Promise<Body>,
  signal: AbortSignal,
): Promise<Body> {
  for (let retries = RETRIES; ; retries -= 1) {
    try {
      return await attempt(url, read, signal)
    } catch (cause) {
      if (signal.aborted || retries === 0 || !isRetryable(cause)) throw cause
      await sleep(RETRY_DELAY)
    }
  }
}
