/** Milliseconds. */
const READING_TIME = 60_000

/** Lets the browser save a file that this page has in its memory. */
export function saveAsFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Safari reads the file after the click; an address that is gone by then ends the download.
  setTimeout(() => URL.revokeObjectURL(url), READING_TIME)
}
