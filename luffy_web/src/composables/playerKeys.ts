export type PlayerKey = 'toggle' | 'back' | 'forward' | 'louder' | 'quieter' | 'fullscreen' | 'mute'

const KEYS: Record<string, PlayerKey> = {
  ' ': 'toggle',
  k: 'toggle',
  ArrowLeft: 'back',
  ArrowRight: 'forward',
  ArrowUp: 'louder',
  ArrowDown: 'quieter',
  f: 'fullscreen',
  m: 'mute',
}

/** What uses the keys itself; the player must not take them away from it. */
const OWNERS = 'input, textarea, select, button, a[href], summary, [contenteditable], [role=dialog], [role=tab]'
/** Outside the player these scroll the page. */
const SCROLLING: PlayerKey[] = ['louder', 'quieter']

/** What a key press means to the player, or null when it is meant for something else on the page. */
export function playerKey(event: KeyboardEvent, player: HTMLElement): PlayerKey | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null
  const target = event.target instanceof Element ? event.target : document.body
  if (target.closest(OWNERS)) return null
  const inside = player.contains(target)
  // A click beside the player puts the focus on what surrounds it.
  if (!inside && !target.contains(player)) return null
  const key = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null
  return key && !inside && SCROLLING.includes(key) ? null : key
}
