import Sortable from 'sortablejs'
import { onMounted, onUnmounted, type Ref } from 'vue'

import { DRAGGING } from '../dragging'

export interface Dropped {
  /** Of the item that was dragged, its `data-id`. */
  id: number
  /** Of the list where it was dropped, its `data-list`. */
  list: number
  /** Its place there. */
  at: number
}

interface SortableOptions {
  /** Lists with the same name exchange items. */
  group: string
  handle: string
  enabled: () => boolean
  dropped: (dropped: Dropped) => void
}

/**
 * Makes the items of a list, its elements with `data-id`, drag-sortable by their handles. What was dragged is given
 * back to its place before `dropped` is called: to change the page is for Vue, by the data.
 */
export function useSortable(list: Readonly<Ref<HTMLElement | null>>, options: SortableOptions): void {
  let sortable: Sortable | undefined
  let next: Node | null = null

  onMounted(() => {
    if (!list.value || !options.enabled()) return
    sortable = Sortable.create(list.value, {
      group: options.group,
      handle: options.handle,
      draggable: '[data-id]',
      ...DRAGGING,
      onStart: ({ item }) => (next = item.nextSibling),
      onEnd: ({ item, from, to, newDraggableIndex = 0 }) => {
        from.insertBefore(item, next?.parentNode === from ? next : null)
        options.dropped({ id: Number(item.dataset.id), list: Number(to.dataset.list), at: newDraggableIndex })
      },
    })
  })
  onUnmounted(() => sortable?.destroy())
}
