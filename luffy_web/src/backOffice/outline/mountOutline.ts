import { createApp } from 'vue'

import type { FileRules } from '../fileCheck'
import OutlineEditor from './OutlineEditor.vue'

/** Puts the outline of a course in the place of what the server has rendered there. */
export function mountOutline(host: HTMLElement, course: number, rules: FileRules): void {
  host.replaceChildren()
  createApp(OutlineEditor, { course, rules }).mount(host)
}
