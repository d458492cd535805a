import { createApp, type Component } from 'vue'

import FormatSwitch from './FormatSwitch.vue'
import { Text, TextForm } from './TextForm'
import TextField from './TextField.vue'

let mounted = 0

function mount(component: Component, props: Record<string, unknown>, parent: Element) {
  const root = document.createElement('div')
  parent.append(root)
  const app = createApp(component, props)
  // Each app counts its ids from nought.
  app.config.idPrefix = `text${mounted++}`
  app.mount(root)
}

function labelOf(area: HTMLTextAreaElement): string {
  return (area.labels[0]?.textContent ?? '').replace(/[:：]\s*$/, '').trim()
}

function textsOf(form: HTMLFormElement): { host: HTMLElement; text: Text }[] {
  return [...form.querySelectorAll<HTMLElement>('[data-rich-text]')].flatMap((host) => {
    const area = host.querySelector('textarea')
    return area ? { host, text: new Text(area, labelOf(area)) } : []
  })
}

/** Turns the texts of the page's forms into editors; a form without the field of the format stays as it is. */
export function mountTexts(): void {
  for (const form of document.forms) {
    const host = form.querySelector<HTMLElement>('[data-text-format]')
    const [format, decision] = host?.querySelectorAll('select') ?? []
    const texts = textsOf(form)
    if (!host || !format || !decision || texts.length === 0) continue
    host.querySelector('[data-text-switch]')?.setAttribute('hidden', '')
    const state = new TextForm(format, decision, texts.map(({ text }) => text))
    mount(FormatSwitch, { form: state }, host)
    for (const { host: place, text } of texts) mount(TextField, { form: state, text }, place)
  }
}
