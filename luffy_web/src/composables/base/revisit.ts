/** The visitor came to this page by 返回 or 前进, or has loaded it anew. */
let revisit = false

export const isRevisit = (): boolean => revisit

/** For the router, before it opens a page. */
export function setRevisit(now: boolean): void {
  revisit = now
}
