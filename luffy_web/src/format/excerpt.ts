const LENGTH = 20

/** The beginning of a text on one line, by which people tell it from others. */
export function excerpt(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()]
  return characters.length > LENGTH ? `${characters.slice(0, LENGTH).join('')}…` : characters.join('')
}
