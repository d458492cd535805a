import type { Editor } from '@tiptap/core'

/** A button of the toolbar; `pressed` where it says what the text at the cursor is. */
export interface Tool {
  label: string
  sign: string
  run: (editor: Editor) => unknown
  pressed?: (editor: Editor) => boolean
  possible?: (editor: Editor) => boolean
}

const chain = (editor: Editor) => editor.chain().focus()

const mark = (name: string, label: string, sign: string): Tool => ({
  label,
  sign,
  run: (editor) => chain(editor).toggleMark(name).run(),
  pressed: (editor) => editor.isActive(name),
})

export const MARKS: Tool[] = [
  mark('bold', '加粗（Ctrl+B）', 'B'),
  mark('italic', '斜体（Ctrl+I）', 'I'),
  mark('underline', '下划线（Ctrl+U）', 'U'),
  mark('strike', '删除线', 'S'),
  mark('code', '行内代码', '</>'),
]

export const BLOCKS: Tool[] = [
  {
    label: '项目列表',
    sign: '• 列表',
    run: (editor) => chain(editor).toggleBulletList().run(),
    pressed: (editor) => editor.isActive('bulletList'),
  },
  {
    label: '编号列表',
    sign: '1. 列表',
    run: (editor) => chain(editor).toggleOrderedList().run(),
    pressed: (editor) => editor.isActive('orderedList'),
  },
  {
    label: '引用',
    sign: '引用',
    run: (editor) => chain(editor).toggleBlockquote().run(),
    pressed: (editor) => editor.isActive('blockquote'),
  },
  { label: '分隔线', sign: '―', run: (editor) => chain(editor).setHorizontalRule().run() },
]

export const HISTORY: Tool[] = [
  {
    label: '撤销（Ctrl+Z）',
    sign: '↶',
    run: (editor) => chain(editor).undo().run(),
    possible: (editor) => editor.can().undo(),
  },
  {
    label: '重做（Ctrl+Shift+Z）',
    sign: '↷',
    run: (editor) => chain(editor).redo().run(),
    possible: (editor) => editor.can().redo(),
  },
  {
    label: '清除格式',
    sign: '清除格式',
    run: (editor) => chain(editor).clearNodes().unsetAllMarks().run(),
  },
]

export const NEW_TABLE: Tool = {
  label: '插入表格（3 行 3 列）',
  sign: '表格',
  run: (editor) => chain(editor).insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
  possible: (editor) => !editor.isActive('table'),
}

/** Shown while the cursor is in a table. */
export const TABLE: Tool[] = [
  { label: '在上方加一行', sign: '上加行', run: (editor) => chain(editor).addRowBefore().run() },
  { label: '在下方加一行', sign: '下加行', run: (editor) => chain(editor).addRowAfter().run() },
  { label: '删除这一行', sign: '删行', run: (editor) => chain(editor).deleteRow().run() },
  { label: '在左侧加一列', sign: '左加列', run: (editor) => chain(editor).addColumnBefore().run() },
  { label: '在右侧加一列', sign: '右加列', run: (editor) => chain(editor).addColumnAfter().run() },
  { label: '删除这一列', sign: '删列', run: (editor) => chain(editor).deleteColumn().run() },
  { label: '首行作为表头', sign: '表头', run: (editor) => chain(editor).toggleHeaderRow().run() },
  {
    label: '合并或拆分选中的单元格',
    sign: '合并/拆分',
    run: (editor) => chain(editor).mergeOrSplit().run(),
    possible: (editor) => editor.can().mergeOrSplit(),
  },
  { label: '删除整个表格', sign: '删除表格', run: (editor) => chain(editor).deleteTable().run() },
]

/** The kinds of a paragraph, by the value of their option. */
export const KINDS = [
  { value: 'paragraph', label: '正文' },
  { value: 'h2', label: '大标题' },
  { value: 'h3', label: '中标题' },
  { value: 'h4', label: '小标题' },
  { value: 'codeBlock', label: '代码块' },
] as const

export function kindAt(editor: Editor): string {
  if (editor.isActive('codeBlock')) return 'codeBlock'
  if (!editor.isActive('heading')) return 'paragraph'
  return `h${String(editor.getAttributes('heading').level)}`
}

export function setKind(editor: Editor, kind: string): void {
  const level = Number(kind.slice(1))
  if (kind === 'codeBlock') chain(editor).setCodeBlock().run()
  else if (level === 2 || level === 3 || level === 4) chain(editor).setHeading({ level }).run()
  else chain(editor).setParagraph().run()
}

/** The address that somebody has typed, or null for one that a text may not hold. */
export function linkOf(typed: string): string | null {
  const address = typed.trim()
  if (/^(https?:\/\/\S+|mailto:\S+@\S+|\/(?!\/)\S*)$/i.test(address)) return address
  if (/^[^\s:/@]+@[^\s:/@]+\.[^\s:/@]+$/.test(address)) return `mailto:${address}`
  return /^[^\s:/]+\.[^\s:/]{2,}(\/\S*)?$/.test(address) ? `https://${address}` : null
}
