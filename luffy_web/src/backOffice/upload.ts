import './frame.css'

import { createApp, type Component } from 'vue'

import { bytes } from './fileCheck'
import { isBlank, rowOf, type Row } from './rows'
import { createTransfer, type Transfer } from './transfer'
import UploadMany from './UploadMany.vue'
import UploadPanel from './UploadPanel.vue'

const FIELDS = '[data-video-upload]'
const DEFAULT_LIMIT = 4 * 1024 ** 3

interface Line {
  row: Row
  transfer: Transfer
}

function element(tag: string, { text = '', style = '' } = {}): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = text
  made.className = style
  return made
}

const note = (text: string) => element('p', { text, style: 'upload-note' })

function show(component: Component, props: Record<string, unknown>, above: Element) {
  const place = element('div')
  above.prepend(place)
  createApp(component, props).mount(place)
}

/** The plain field stays, folded away: it works for who cannot upload straight. */
function foldAway(host: HTMLElement) {
  // How the film was when the page was made; the uploader tells how it is.
  host.querySelector('[data-video-state]')?.remove()
  const plain = element('details')
  plain.append(element('summary', { text: '改用普通方式（随表单提交）' }), ...host.childNodes)
  host.append(plain)
}

/** Documents and exercises have no film. */
function followKind({ host, isVideo }: Row) {
  const none = note('只有视频课时需要上传视频。')
  const follow = () => {
    host.hidden = !isVideo()
    none.hidden = isVideo()
  }
  host.after(none)
  host.closest('form')?.addEventListener('change', follow)
  follow()
}

function openLine(row: Row, limit: number): Line | null {
  followKind(row)
  if (row.section === null) {
    row.host.append(note('保存这个课时后，就可以在这里直接上传大视频，并看到进度。'))
    return null
  }
  const transfer = createTransfer(row.section, limit, ({ duration }) => row.setDuration(duration))
  foldAway(row.host)
  const narrow = row.host.closest('td') !== null
  const hint = narrow ? '' : `MP4 或 FLV，不超过 ${bytes(limit)}，可以拖到这里`
  show(UploadPanel, { transfer, name: row.name(), hint, narrow }, row.host)
  return { row, transfer }
}

/** Chapters show many sections: one place takes several files for all of them. */
function openMany(lines: Line[]) {
  const table = lines[0]?.row.host.closest('.inline-group')
  if (table && lines.length > 1) show(UploadMany, { lines }, table)
}

function open(hosts: Iterable<HTMLElement>): Line[] {
  return [...hosts].flatMap((host) => openLine(rowOf(host), Number(host.dataset.maxBytes) || DEFAULT_LIMIT) ?? [])
}

function start() {
  const hosts = [...document.querySelectorAll<HTMLElement>(FIELDS)]
  const lines = open(hosts.filter((host) => !isBlank(host)))
  openMany(lines)
  document.addEventListener('formset:added', ({ target }) => {
    open((target as Element).querySelectorAll<HTMLElement>(FIELDS))
  })
  window.addEventListener('beforeunload', (event) => {
    if (lines.some(({ transfer }) => transfer.isBusy())) event.preventDefault()
  })
}

start()
