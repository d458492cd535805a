/** What the server looks at; more of a pasted text makes no better search. */
export const LONGEST_WORD = 100

/**
 * What is searched for when this was typed, pasted or found in the address bar: one line without
 * control characters, cut between characters. Half a character pair would not survive encoding.
 */
export function wordOf(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').replace(/\p{Cs}/gu, '').trim()
  return Array.from(line).slice(0, LONGEST_WORD).join('').trimEnd()
}
