import { readDocumentTime } from './serverTime'

/** Milliseconds since the page was opened. What is asked for later needs a new answer. */
const GOOD_FOR = 30_000

/** Whether the server has just made or confirmed it; for 返回 a browser shows a document that it has kept. */
function isDocumentNew(): boolean {
  const [opened] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return opened !== undefined && opened.type !== 'back_forward' && performance.now() < GOOD_FOR && readDocumentTime(opened)
}

/**
 * An answer of the API that the server has put into the document (`luffy_api/page_answers.py`), because
 * this page asks for it first. Each one is given once. One that a token would change is only for visitors.
 */
export function answerInDocument({ method, url }: Request, hasToken: boolean): Response | null {
  const { pathname, search } = new URL(url)
  const script = Array.from(document.scripts).find(({ dataset }) => dataset.answer === pathname + search)
  if (method !== 'GET' || !script) return null
  script.remove()
  if (!isDocumentNew() || (hasToken && script.dataset.personal !== undefined)) return null
  return new Response(script.textContent, { headers: { 'Content-Type': 'application/json' } })
}
