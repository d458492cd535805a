import { ref, type Ref } from 'vue'

/** `keyCode` of keys processed by an input method (UI Events, 7.3.1); Safari sets it also after compositionend. */
const IME_KEY_CODE = 229

interface ImeComposition {
  composing: Ref<boolean>
  /** Whether a submission by Enter belongs to the input method. */
  busy: () => boolean
  /** Whether this key belongs to the input method. */
  takes: (event: KeyboardEvent) => boolean
  listeners: Record<'compositionstart' | 'compositionend' | 'keyup' | 'blur', () => void>
}

/**
 * Tells whether an input method (pinyin, wubi …) is composing in a field: bind `listeners` to it.
 * While it is, the text is unfinished and the keys belong to the input method.
 */
export function useImeComposition(): ImeComposition {
  const composing = ref(false)
  /** Safari fires compositionend before the keydown of the Enter that ended it. */
  let confirming = false

  function takes(event: KeyboardEvent): boolean {
    const taken = composing.value || event.isComposing || event.keyCode === IME_KEY_CODE
    confirming = taken && event.key === 'Enter'
    return taken
  }
  const listeners = {
    compositionstart: () => void (composing.value = true),
    compositionend: () => void (composing.value = false),
    keyup: () => void (confirming = false),
    blur: () => void (confirming = false),
  }
  const busy = () => composing.value || confirming

  return { composing, busy, takes, listeners }
}
