import { computed, ref, type ComputedRef, type Ref } from 'vue'

import type { TextFormat } from './server'

/** A text of the form: the plain field keeps what is sent. */
export class Text {
  readonly value: Ref<string>

  constructor(
    readonly area: HTMLTextAreaElement,
    readonly label: string,
  ) {
    this.value = ref(area.value)
    area.addEventListener('input', () => (this.value.value = area.value))
  }

  write(value: string): void {
    this.area.value = value
    this.value.value = value
  }

  get isBlank(): boolean {
    return !this.value.value.trim()
  }
}

/** The texts of a form of the back office, and the format that they share. */
export class TextForm {
  readonly format: Ref<TextFormat>
  /** The format that somebody has chosen, while it is not decided what happens to the texts. */
  readonly wanted = ref<TextFormat | null>(null)
  readonly filled: ComputedRef<Text[]>

  constructor(
    private readonly select: HTMLSelectElement,
    private readonly decision: HTMLSelectElement,
    readonly texts: Text[],
  ) {
    this.format = ref(select.value as TextFormat)
    this.filled = computed(() => texts.filter(({ value }) => value.value.trim()))
    select.addEventListener('change', () => this.choose(select.value as TextFormat))
  }

  /** Without a text there is nothing to ask. */
  private choose(wanted: TextFormat): void {
    if (wanted === this.format.value) return
    this.select.value = this.format.value
    if (this.filled.value.length > 0) this.wanted.value = wanted
    else this.take(wanted)
  }

  /** The format holds from now on; texts that were converted come with it, the others stay as they are. */
  take(format: TextFormat, converted: ReadonlyMap<Text, string> = new Map()): void {
    for (const [text, value] of converted) text.write(value)
    this.select.value = format
    // The server asks where nobody has decided; here somebody has, with the result before their eyes.
    this.decision.value = 'keep'
    this.format.value = format
    this.close()
  }

  close(): void {
    this.wanted.value = null
    this.select.focus()
  }
}

