/**
 * An answer without fields that came with this release: while servers are upgraded one after the
 * other, these pages may be answered by one of the release before.
 */
export type Older<Answer, New extends keyof Answer> = Omit<Answer, New> & Partial<Pick<Answer, New>>
