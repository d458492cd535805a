import { createApp, type Component } from 'vue'

import { bytes } from './fileCheck'
import { rowOf, type Row } from './rows'
import { createTransfer, type Transfer } from './transfer'
import UploadMany from './UploadMany.vue'
import UploadPanel from './UploadPanel.vue'

const FIELDS = '[data-video-upload]'
const DEFAULT_LIMIT = 4 * 1024 ** 3

interface Line {
  row: Row
  transfer: Transfer
}

function element(tag: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

function show(component: Component, props: Record<string, unknown>, above: Element) {
  const place = element('div')
  above.prepend(place)
  createApp(component, props).mount(place)
}

/** The plain field stays, folded away: it works for who cannot upload straight. */
function foldAway(host: HTMLElement) {
  const plain = element('details')
  plain.append(element('summary', '改用普通方式（随表单提交）'), ...host.childNodes)
  host.append(plain)
}

function openLine(row: Row, limit: number): Line | null {
  if (row.section === null) {
    row.host.append(element('p', '保存这个课时后，就可以在这里直接上传大视频，并看到进度。'))
    return null
  }
  const transfer = createTransfer(row.section, limit, ({ duration }) => row.setDuration(duration))
  foldAway(row.host)
  const narrow = row.host.closest('td') !== null
  const hint = narrow ? '' : `MP4 或 FLV，不超过 ${bytes(limit)}，可以拖到这里`
  show(UploadPanel, { transfer, hint, narrow }, row.host)
  return { row, transfer }
}

/** Chapters show many sections: one place takes several files for all of them. */
function openMany(lines: Line[]) {
  const table = lines[0]?.row.host.closest('.inline-group')
  if (table && lines.length > 1) show(UploadMany, { lines }, table)
}

function start() {
  const hosts = [...document.querySelectorAll<HTMLElement>(FIELDS)]
  // The empty line that the back office copies for new sections has no number yet.
  const real = hosts.filter(({ dataset }) => !dataset.field?.includes('__prefix__'))
  const lines = real.flatMap((host) => openLine(rowOf(host), Number(host.dataset.maxBytes) || DEFAULT_LIMIT) ?? [])
  openMany(lines)
  window.addEventListener('beforeunload', (event) => {
    if (lines.some(({ transfer }) => transfer.isBusy())) event.preventDefault()
  })
}

start()
