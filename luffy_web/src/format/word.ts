/** Characters; the server ignores the rest. */
export const MAX_WORD_LENGTH = 100

/**
 * Normalizes a search word from the field or the address bar: one line without control characters, cut
 * between code points. A lone surrogate could not be encoded in a URL.
 */
export function wordOf(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').replace(/\p{Cs}/gu, '').trim()
  return Array.from(line).slice(0, MAX_WORD_LENGTH).join('').trimEnd()
}
