import type { Options } from 'sortablejs'

/** How rows of the back office are dragged, wherever they can be. */
export const DRAGGING = {
  animation: 150,
  // One way of dragging for mouse and finger; what the browser drags itself are files.
  forceFallback: true,
  fallbackOnBody: true,
  fallbackTolerance: 3,
  scrollSensitivity: 80,
} satisfies Options
