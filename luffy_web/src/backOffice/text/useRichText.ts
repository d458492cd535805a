import { Editor } from '@tiptap/core'
import { onBeforeUnmount, onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { withLineBreaks } from './lines'
import { EXTENSIONS } from './schema'
import type { Text } from './TextForm'

/** Pictures that were dropped or pasted. */
const picturesIn = (data: DataTransfer | null) => [...(data?.files ?? [])].filter(({ type }) => type.startsWith('image/'))

export interface RichText {
  editor: ShallowRef<Editor | undefined>
  /** Counts what happens to text and cursor. */
  changes: Ref<number>
}

/** The editor of a text, in an element of the component; what is typed goes into the plain field at once. */
export function useRichText(
  host: Readonly<Ref<HTMLElement | null>>,
  text: Text,
  addPictures: (files: File[]) => void,
  hint: string,
): RichText {
  const editor = shallowRef<Editor>()
  const changes = ref(0)

  function takePictures(data: DataTransfer | null): boolean {
    const files = picturesIn(data)
    // Word and Excel put a picture of the text beside the text.
    if (files.length === 0 || data?.types.includes('text/html')) return false
    addPictures(files)
    return true
  }

  onMounted(() => {
    const attributes = { role: 'textbox', 'aria-multiline': 'true', 'aria-label': text.label, 'aria-describedby': hint, class: 'rich-shown' }
    editor.value = new Editor({
      element: host.value,
      extensions: EXTENSIONS,
      content: withLineBreaks(text.value.value),
      injectCSS: false,
      editorProps: {
        attributes,
        handlePaste: (_, { clipboardData }) => takePictures(clipboardData),
        handleDrop: (_, { dataTransfer }, __, moved) => !moved && takePictures(dataTransfer),
      },
      onTransaction: () => changes.value++,
      onUpdate: ({ editor: changed }) => text.write(changed.isEmpty ? '' : changed.getHTML()),
    })
  })
  onBeforeUnmount(() => editor.value?.destroy())

  return { editor, changes }
}
