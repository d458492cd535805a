import { readonly, ref, type Ref } from 'vue'

import { storageOf } from '@/stores/storage'

/** `system`: by the light or in the dark, as the device has it. */
export type Theme = 'system' | 'light' | 'dark'

/** The script in index.html reads it before anything is painted. */
const KEY = 'luffy.theme'
/** `--paper` of styles/tokens.css: a phone paints its bars with it. */
const PAPERS = { light: '#faf7f2', dark: '#171411' }

const storage = storageOf('localStorage')
const themeOf = (kept: string | null): Theme => (kept === 'light' || kept === 'dark' ? kept : 'system')
const theme = ref<Theme>(themeOf(storage.getItem(KEY)))

function metas(name: string): NodeListOf<HTMLMetaElement> {
  return document.querySelectorAll(`meta[name="${name}"]`)
}

function paint(): void {
  const chosen = theme.value
  const root = document.documentElement
  if (chosen === 'system') delete root.dataset.theme
  else root.dataset.theme = chosen
  for (const meta of metas('color-scheme')) meta.content = chosen === 'system' ? 'light dark' : chosen
  for (const meta of metas('theme-color')) {
    const own = meta.getAttribute('media')?.includes('dark') ? 'dark' : 'light'
    meta.content = PAPERS[chosen === 'system' ? own : chosen]
  }
}

function choose(chosen: Theme): void {
  theme.value = chosen
  if (chosen === 'system') storage.removeItem(KEY)
  else storage.setItem(KEY, chosen)
  paint()
}

paint()
// Chosen in another tab; without a key everything was cleared.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key !== KEY && key !== null) return
  theme.value = themeOf(newValue)
  paint()
})

/** Whether pages are light or dark; what is chosen is kept in this browser. */
export const useTheme = (): { theme: Readonly<Ref<Theme>>; choose: (theme: Theme) => void } => ({
  theme: readonly(theme),
  choose,
})
