export type PlayerKey =
  'toggle' | 'back' | 'forward' | 'chapterBack' | 'chapterForward' | 'louder' | 'quieter' | 'fullscreen' | 'mute'

const KEYS: Record<string, PlayerKey> = {
  ' ': 'toggle',
  k: 'toggle',
  ArrowLeft: 'back',
  ArrowRight: 'forward',
  '[': 'chapterBack',
  ']': 'chapterForward',
  ArrowUp: 'louder',
  ArrowDown: 'quieter',
  f: 'fullscreen',
  m: 'mute',
}

/** Elements that handle these keys themselves. */
const KEY_HANDLING_ELEMENTS = 'input, textarea, select, button, a[href], summary, [contenteditable], [role=dialog], [role=tab]'
/** Keys that scroll the page when the focus is outside the player. */
const SCROLL_KEYS: PlayerKey[] = ['louder', 'quieter']

/** The player action of a key press, or null when the key belongs to another element or the browser. */
export function playerKey(event: KeyboardEvent, player: HTMLElement): PlayerKey | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null
  const target = event.target instanceof Element ? event.target : document.body
  if (target.closest(KEY_HANDLING_ELEMENTS)) return null
  const inside = player.contains(target)
  // A click beside the player moves the focus to an element that contains it.
  if (!inside && !target.contains(player)) return null
  const key = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null
  return key && !inside && SCROLL_KEYS.includes(key) ? null : key
}
