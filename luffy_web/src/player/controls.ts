import type Player from 'xgplayer'

import './controls.css'

/** The settings menus of the bar, by the names of their plugins. */
const MENUS = { definition: '清晰度', playbackRate: '倍速', captionsLanguage: '字幕语言', captionsSize: '字幕大小' }
const SEEK_SECONDS = 5
const VOLUME_STEP = 0.1

interface MenuPlugin {
  root: HTMLElement
  isActive: boolean
  toggle: (open: boolean) => void
}

interface Slider {
  name: string
  value: number
  max: number
  text: string
  set: (value: number) => void
  step: number
}

const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)} 分 ${Math.floor(seconds % 60)} 秒`

/** Sets only what differs: every change of an attribute is told to assistive technology. */
function set(element: Element, attributes: Record<string, string>) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value)
  }
}

/** What is pressed, and what it is called now. */
const buttonsOf = (player: Player): Record<string, string> => ({
  '.xgplayer-start': '播放视频',
  '.xgplayer-replay': '重新播放',
  '.xgplayer-play': player.paused ? '播放' : '暂停',
  '.xgplayer-fullscreen': player.fullscreen ? '退出全屏' : '全屏',
  '.xgplayer-pip': '画中画',
  '.xgplayer-volume > .xgplayer-icon': player.muted || player.volume === 0 ? '取消静音' : '静音',
})

const slidersOf = (player: Player): Record<string, Slider> => ({
  '.xgplayer-progress': {
    ...{ name: '播放进度', value: player.currentTime || 0, max: player.duration || 0, step: SEEK_SECONDS },
    text: `${clock(player.currentTime || 0)}，共 ${clock(player.duration || 0)}`,
    set: (second) => player.seek(second),
  },
  '.xgplayer-volume .xgplayer-slider': {
    ...{ name: '音量', value: player.muted ? 0 : player.volume, max: 1, step: VOLUME_STEP },
    text: `${Math.round((player.muted ? 0 : player.volume) * 100)}%`,
    set(volume) {
      player.volume = volume
      player.muted = volume === 0
    },
  },
})

const menusOf = (player: Player): [string, MenuPlugin][] =>
  Object.entries(MENUS).flatMap(([plugin, name]) => {
    const menu = player.getPlugin(plugin) as MenuPlugin | null
    return menu?.root ? [[name, menu]] : []
  })

/** The list stands beside it, since a button has nothing in it that takes the focus. */
const iconOf = (menu: MenuPlugin) => menu.root.querySelector<HTMLElement>('.xgplayer-icon') ?? menu.root

const itemsOf = (menu: MenuPlugin) => [...menu.root.querySelectorAll<HTMLElement>('li')]

function nameMenu(name: string, menu: MenuPlugin) {
  const items = itemsOf(menu)
  const chosen = items.find((item) => item.classList.contains('selected'))?.textContent ?? ''
  set(iconOf(menu), {
    ...{ role: 'button', tabindex: '0', 'aria-haspopup': 'menu', 'aria-expanded': String(menu.isActive) },
    'aria-label': chosen ? `${name}：${chosen}` : name,
  })
  if (items[0]?.parentElement) set(items[0].parentElement, { role: 'menu', 'aria-label': name })
  for (const item of items) {
    set(item, { role: 'menuitemradio', tabindex: '-1', 'aria-checked': String(item.classList.contains('selected')) })
  }
}

function nameAll(player: Player, root: HTMLElement) {
  for (const [selector, name] of Object.entries(buttonsOf(player))) {
    const button = root.querySelector(selector)
    if (button) set(button, { role: 'button', tabindex: '0', 'aria-label': name })
  }
  for (const [selector, { name, value, max, text }] of Object.entries(slidersOf(player))) {
    const slider = root.querySelector(selector)
    if (!slider) continue
    const range = { 'aria-valuemin': '0', 'aria-valuemax': max.toFixed(1), 'aria-valuenow': value.toFixed(1) }
    set(slider, { role: 'slider', tabindex: '0', 'aria-label': name, 'aria-valuetext': text, ...range })
  }
  for (const [name, menu] of menusOf(player)) nameMenu(name, menu)
}

function openMenu(menu: MenuPlugin) {
  menu.toggle(true)
  const items = itemsOf(menu)
  const chosen = items.find((item) => item.classList.contains('selected')) ?? items[0]
  chosen?.focus()
}

function closeMenu(menu: MenuPlugin) {
  menu.toggle(false)
  iconOf(menu).focus()
}

/** Whether the key was one of this menu; `target` is its icon or an item. */
function pressInMenu(menu: MenuPlugin, target: HTMLElement, key: string): boolean {
  const items = itemsOf(menu)
  const at = items.indexOf(target)
  if (at < 0) {
    if (![' ', 'Enter', 'ArrowUp', 'ArrowDown'].includes(key)) return false
    openMenu(menu)
    return true
  }
  const actions: Record<string, () => void> = {
    ArrowDown: () => items[(at + 1) % items.length]?.focus(),
    ArrowUp: () => items.at(at - 1)?.focus(),
    Home: () => items[0]?.focus(),
    End: () => items.at(-1)?.focus(),
    Escape: () => closeMenu(menu),
    ' ': () => choose(),
    Enter: () => choose(),
  }
  function choose() {
    target.click()
    closeMenu(menu)
  }
  actions[key]?.()
  return key in actions
}

function pressOnSlider({ value, max, step, set }: Slider, key: string): boolean {
  const targets: Record<string, number> = {
    ...{ ArrowRight: value + step, ArrowUp: value + step, ArrowLeft: value - step, ArrowDown: value - step },
    ...{ PageUp: value + 6 * step, PageDown: value - 6 * step, Home: 0, End: max },
  }
  const target = targets[key]
  if (target === undefined) return false
  set(Math.min(max, Math.max(0, target)))
  return true
}

/** Whether the key belongs to the control that has the focus; the other keys are those of keys.ts. */
function press(player: Player, root: HTMLElement, target: HTMLElement, key: string): boolean {
  const menu = menusOf(player).find(([, each]) => each.root.contains(target))
  if (menu) return pressInMenu(menu[1], target, key)
  const slider = Object.entries(slidersOf(player)).find(([selector]) => root.querySelector(selector) === target)
  if (slider) return pressOnSlider(slider[1], key)
  if (target.getAttribute('role') !== 'button' || (key !== ' ' && key !== 'Enter')) return false
  target.click()
  return true
}

const EVENTS = ['play', 'pause', 'canplay', 'durationchange', 'volumechange', 'ratechange', 'definition_change', 'fullscreen_change', 'seeked']

/** xgplayer draws its controls for a mouse: this gives them roles, names, places in the order of focus, and keys. */
export function nameControls(player: Player): { stop: () => void } {
  const root = player.root as HTMLElement | null
  if (!root) return { stop: () => undefined }
  const name = () => nameAll(player, root)

  // Menus are drawn anew whenever something is chosen.
  const observer = new MutationObserver((records) => {
    if (records.some(({ addedNodes }) => [...addedNodes].some((node) => node instanceof Element))) name()
  })
  observer.observe(root, { childList: true, subtree: true })
  for (const event of EVENTS) player.on(event, name)

  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return
    if (!press(player, root, event.target, event.key)) return
    event.preventDefault()
    name()
  })
  // The bar stays while something of it has the focus, and a menu that lost it closes.
  root.addEventListener('focusin', ({ target }) => {
    if (target !== root) player.focus({ autoHide: false })
    name()
  })
  root.addEventListener('focusout', ({ relatedTarget }) => {
    for (const [, menu] of menusOf(player)) {
      if (menu.isActive && !menu.root.contains(relatedTarget as Node | null)) menu.toggle(false)
    }
    player.focus()
  })
  name()
  return { stop: () => observer.disconnect() }
}
