import { useNotice } from './useNotice'

/** Copies a text; where the browser does not allow it, the visitor is asked to do so. */
export function useCopy(): { copy: (text: string) => Promise<void> } {
  const { tell, warn } = useNotice()

  async function copy(text: string) {
    try {
      await navigator.clipboard.writeText(text)
      tell('已复制。')
    } catch {
      warn('没有复制成功，请长按文字手动复制。')
    }
  }

  return { copy }
}
