const BLOCK = /<(?:p|br|h[1-6]|hr|ul|ol|li|dl|table|pre|blockquote|div|section|article|center)\b/i

/** Lines that were typed without a tag that would part them, as paragraphs and breaks; the server does the same. */
export function withLineBreaks(html: string): string {
  const text = html.replace(/\r\n/g, '\n').trim()
  if (!text || BLOCK.test(text)) return text
  const paragraphs = text.split(/\n[^\S\n]*\n\s*/)
  return paragraphs.map((each) => `<p>${each.replace(/\n/g, '<br>')}</p>`).join('')
}
