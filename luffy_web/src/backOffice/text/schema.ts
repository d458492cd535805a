import type { Extensions } from '@tiptap/core'
import Code from '@tiptap/extension-code'
import Image from '@tiptap/extension-image'
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table'
import StarterKit from '@tiptap/starter-kit'

/** A number that says something only above one. */
const span = (name: 'colspan' | 'rowspan') => ({
  default: 1,
  parseHTML: (element: HTMLElement) => Number(element.getAttribute(name)) || 1,
  renderHTML: (attributes: Record<string, unknown>) => (Number(attributes[name]) > 1 ? { [name]: attributes[name] } : {}),
})

/** Columns have no widths of their own: pages are as wide as phones, too. */
const spans = () => ({
  colspan: span('colspan'),
  rowspan: span('rowspan'),
  colwidth: { default: null, parseHTML: () => null, renderHTML: () => ({}) },
})

const attribute = (name: string) => ({
  default: null,
  parseHTML: (element: HTMLElement) => element.getAttribute(name),
})

/**
 * What texts may hold: the same as the server's allow-list (`luffy_api/libs/rich_text/cleaning.py`), so that
 * neither loses what the other has kept. Nothing here writes a style sheet or a style attribute.
 */
export const EXTENSIONS: Extensions = [
  StarterKit.configure({
    code: false,
    // It would add an empty paragraph to texts that nobody changes.
    trailingNode: false,
    link: {
      openOnClick: false,
      autolink: false,
      defaultProtocol: 'https',
      HTMLAttributes: { target: null, rel: null, class: null },
      isAllowedUri: (uri) => /^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(uri),
    },
  }),
  // Code may be bold, or a link.
  Code.extend({ excludes: '' }),
  Image.extend({
    addAttributes: () => ({
      src: attribute('src'),
      alt: attribute('alt'),
      title: attribute('title'),
      width: attribute('width'),
      height: attribute('height'),
    }),
  }).configure({ inline: true }),
  Table.extend({ renderHTML: () => ['table', ['tbody', 0]] }).configure({ resizable: false }),
  TableRow,
  TableCell.extend({ addAttributes: spans }),
  TableHeader.extend({ addAttributes: spans }),
]
