import { nextTick, watch, type Ref } from 'vue'

/**
 * Scrolls a list inside of its own frame, never the page, so that what `current` names is in its middle.
 * `selector` finds that element.
 */
export function useScrollToCurrent(list: Ref<HTMLElement | null>, current: () => unknown, selector: string): void {
  async function scroll() {
    await nextTick()
    const frame = list.value
    const target = frame?.querySelector<HTMLElement>(selector)
    if (!frame || !target) return
    const [outer, inner] = [frame.getBoundingClientRect(), target.getBoundingClientRect()]
    const isShown = inner.top >= outer.top && inner.bottom <= outer.bottom
    if (!isShown) frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2
  }

  watch([list, current], scroll, { flush: 'post', immediate: true })
}
