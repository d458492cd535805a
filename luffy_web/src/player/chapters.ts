import type Player from 'xgplayer'

import { clock } from '@/format/time'
import type { Play } from '@/types'

import './chapters.css'
import type { Chapters } from './chapterOrder'

function markOf({ start, title }: Chapters[number], seek: (second: number) => void): HTMLButtonElement {
  const mark = document.createElement('button')
  mark.type = 'button'
  mark.className = 'chapter-mark'
  // The list below the video has them for keyboards.
  mark.tabIndex = -1
  mark.setAttribute('aria-label', `跳到 ${clock(start)} ${title}`)
  mark.dataset['title'] = title
  // The bar below would take a press for one of its own, and seek to where the pointer is.
  for (const name of ['mousedown', 'touchstart']) mark.addEventListener(name, (event) => event.stopPropagation())
  // A button with the focus would have the keys of the player.
  mark.addEventListener('mousedown', (event) => event.preventDefault())
  mark.addEventListener('click', (event) => {
    event.stopPropagation()
    seek(start)
  })
  return mark
}

/** Draws the beginnings of chapters on the bar of a player; those that its video does not have are hidden. */
export function showChapters(player: Player, chapters: Play['chapters']): void {
  const bar = player.root?.querySelector('xg-outer')
  if (!bar) return
  const marks = chapters.map((each) => ({ ...each, mark: markOf(each, (second) => player.seek(second)) }))
  const place = () => {
    const { duration } = player
    for (const { start, mark } of marks) {
      const shown = Number.isFinite(duration) && start > 0 && start < duration
      mark.hidden = !shown
      if (shown) mark.style.insetInlineStart = `${(start / duration) * 100}%`
    }
  }
  bar.append(...marks.map(({ mark }) => mark))
  player.on('durationchange', place)
  place()
}
