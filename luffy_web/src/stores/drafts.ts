/** What a student had typed into a form when the session ended. */
export interface Draft<Data> {
  /** The id of the student. */
  owner: number
  data: Data
  /** The session ended when it was sent. */
  isToSend: boolean
}

/** By the name of the form. Only in the memory of this page: some of it is personal. */
const drafts = new Map<string, Draft<unknown>>()

export function keepDraft<Data>(name: string, draft: Draft<Data>): void {
  drafts.set(name, draft)
}

/** What was being sent when the session ended, until it is known what became of the repeated request. */
const held = new Map<string, Draft<unknown>>()

export function holdDraft<Data>(name: string, draft: Draft<Data>): void {
  held.set(name, draft)
}

/** What was held is kept if it was not sent after all. */
export function settleHeldDrafts(isSent: boolean): void {
  if (!isSent) held.forEach((draft, name) => drafts.set(name, draft))
  held.clear()
}

export function dropDraft(name: string): void {
  drafts.delete(name)
}

/** Whether this student has typed something into this form, for a page that opens it again. */
export const hasDraft = (name: string, owner: number): boolean => drafts.get(name)?.owner === owner

/** Returns the draft of this form once, and forgets what any other student had typed. */
export function takeDraft<Data>(name: string, owner: number): Draft<Data> | undefined {
  drafts.forEach((draft, key) => {
    if (draft.owner !== owner) drafts.delete(key)
  })
  const found = drafts.get(name)
  drafts.delete(name)
  return found as Draft<Data> | undefined
}
