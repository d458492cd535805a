import { ref } from 'vue'

/** What browsers say of a key that an input method has taken for itself, some only after it is done. */
const TAKEN = 229

/**
 * Tells whether an input method (pinyin, wubi …) is composing in a field: bind `listeners` to it.
 * Until it is done its text is not yet what the visitor means, and its keys are not ours.
 */
export function useComposing() {
  const composing = ref(false)
  /** Safari ends the composition before it tells of the Enter that ended it. */
  let confirming = false

  /** Whether this key belongs to the input method. */
  function takes(event: KeyboardEvent): boolean {
    const taken = composing.value || event.isComposing || event.keyCode === TAKEN
    confirming = taken && event.key === 'Enter'
    return taken
  }
  const listeners = {
    compositionstart: () => (composing.value = true),
    compositionend: () => (composing.value = false),
    keyup: () => (confirming = false),
    blur: () => (confirming = false),
  }
  /** Whether an Enter would be the input method's, not a wish to search. */
  const busy = () => composing.value || confirming

  return { composing, busy, takes, listeners }
}
