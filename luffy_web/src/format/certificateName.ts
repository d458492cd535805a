const MIN = 2
const MAX = 30

/** A name as the server will print it: ordinary letters, single spaces, one kind of point. */
export const printedName = (text: string): string =>
  text.normalize('NFKC').replaceAll(/[•・‧∙⋅●]/g, '·').trim().replaceAll(/\s+/g, ' ')

/** What is wrong with a typed name at first sight; the server knows the rest. */
export function nameError(text: string): string | undefined {
  const { length } = Array.from(printedName(text))
  if (length === 0) return '请输入您的真实姓名'
  return length < MIN || length > MAX ? `姓名须为 ${MIN} 到 ${MAX} 个字` : undefined
}
