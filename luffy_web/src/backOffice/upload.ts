import './frame.css'

import { createApp, type Component } from 'vue'

import { previewCover } from './coverPreview'
import { bytes, formatNames, type FileRules, type VideoTypes } from './fileCheck'
import { isTemplate, rowOf, type Row } from './rows'
import { UploadMachine } from './uploadMachine'
import UploadMany from './UploadMany.vue'
import UploadPanel from './UploadPanel.vue'

const FIELDS = '[data-video-upload]'

interface Line {
  row: Row
  machine: UploadMachine
}

function element(tag: string, { text = '', style = '' } = {}): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = text
  made.className = style
  return made
}

const note = (text: string) => element('p', { text, style: 'upload-note' })

function mount(component: Component, props: Record<string, unknown>, parent: Element) {
  const root = element('div')
  parent.prepend(root)
  createApp(component, props).mount(root)
}

/** What the server renders on the frame of a video field. */
function rulesOf({ dataset }: HTMLElement): FileRules {
  return { types: JSON.parse(dataset.videoTypes ?? '{}') as VideoTypes, maxBytes: Number(dataset.maxBytes) }
}

/** Keeps the plain file field in a collapsed element, for uploads with the form. */
function collapseField(host: HTMLElement) {
  // The state when the page was rendered; the uploader shows the current one.
  host.querySelector('[data-video-state]')?.remove()
  const plain = element('details')
  plain.append(element('summary', { text: '改用普通方式（随表单提交）' }), ...host.childNodes)
  host.append(plain)
}

/** Hides the field for documents and exercises, which have no video. */
function followType({ host, isVideo }: Row) {
  const none = note('只有视频课时需要上传视频。')
  const update = () => {
    host.hidden = !isVideo()
    none.hidden = isVideo()
  }
  host.after(none)
  host.closest('form')?.addEventListener('change', update)
  update()
}

function openLine(row: Row, rules: FileRules): Line | null {
  followType(row)
  if (row.section === null) {
    row.host.append(note('保存这个课时后，就可以在这里直接上传大视频，并看到进度。'))
    return null
  }
  const machine = new UploadMachine(row.section, rules, ({ duration }) => row.setDuration(duration))
  collapseField(row.host)
  const narrow = row.host.closest('td') !== null
  const hint = narrow ? '' : `${formatNames(rules.types)}，不超过 ${bytes(rules.maxBytes)}，可以拖到这里`
  mount(UploadPanel, { machine, name: row.name(), types: rules.types, hint, narrow }, row.host)
  return { row, machine }
}

/** A chapter with several sections gets a field for several files. */
function openMany(lines: Line[]) {
  const host = lines[0]?.row.host
  const table = host?.closest('.inline-group')
  if (host && table && lines.length > 1) mount(UploadMany, { lines, types: rulesOf(host).types }, table)
}

function open(hosts: Iterable<HTMLElement>): Line[] {
  return [...hosts].flatMap((host) => openLine(rowOf(host), rulesOf(host)) ?? [])
}

/** The outline on the page of a course; most pages have none, so its code is loaded when it is needed. */
async function openOutline() {
  const host = document.querySelector<HTMLElement>('[data-outline]')
  if (!host) return
  const { mountOutline } = await import('./outline/mountOutline')
  mountOutline(host, Number(host.dataset.outline), rulesOf(host))
}

function start() {
  const hosts = [...document.querySelectorAll<HTMLElement>(FIELDS)]
  const lines = open(hosts.filter((host) => !isTemplate(host)))
  openMany(lines)
  document.addEventListener('formset:added', ({ target }) => {
    open((target as Element).querySelectorAll<HTMLElement>(FIELDS))
  })
  window.addEventListener('beforeunload', (event) => {
    if (lines.some(({ machine }) => machine.isBusy)) event.preventDefault()
  })
}

start()
void openOutline()
previewCover()
