import { Editor } from '@tiptap/core'
import { afterEach, describe, expect, it } from 'vitest'

import { EXTENSIONS } from './schema'
import { kindAt, linkOf, setKind, TABLE } from './tools'

/** The same as in luffy_api/libs/rich_text/tests/test_cleaning.py: what the server keeps. */
const KEPT =
  '<h2>教什么</h2><p><strong>粗</strong><em>斜</em><u>线</u><s>删</s><code>x</code><br>行</p>' +
  '<ul><li><p>一</p></li></ul><ol start="3"><li><p>三</p></li></ol>' +
  '<blockquote><p>引</p></blockquote>' +
  '<pre><code class="language-python">print(1)\n</code></pre><hr>' +
  '<p><a href="https://example.com" title="站">链接</a><a href="/course/1">课</a></p>' +
  '<p><img src="/media/texts/pictures/202611/a.png" alt="图" width="40" height="30"></p>' +
  '<table><tbody><tr><th colspan="2"><p>表头</p></th></tr>' +
  '<tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>'

let editor: Editor

function open(content: string): Editor {
  editor = new Editor({ element: document.createElement('div'), extensions: EXTENSIONS, content, injectCSS: false })
  return editor
}

describe('the schema of texts', () => {
  afterEach(() => editor.destroy())

  it('keeps all that the server keeps', () => {
    expect(open(KEPT).getHTML()).toBe(KEPT)
  })

  it.each([
    ['<p><strong><code>x</code></strong></p>', '<p><strong><code>x</code></strong></p>'],
    ['<p><b>x</b><i>y</i><del>z</del></p>', '<p><strong>x</strong><em>y</em><s>z</s></p>'],
    ['<table><thead><tr><th>a</th></tr></thead></table>', '<table><tbody><tr><th><p>a</p></th></tr></tbody></table>'],
  ])('keeps the meaning of %s', (html, made) => {
    expect(open(html).getHTML()).toBe(made)
  })

  it('takes nothing that runs, or that has a style of its own', () => {
    const html = '<p style="color:red" onclick="x()">a<script>x()</script><a href="javascript:x()">b</a></p><iframe></iframe>'

    expect(open(html).getHTML()).toBe('<p>ab</p>')
  })

  it('changes nothing of a text by opening it, and writes no style sheet', () => {
    let changes = 0
    open(KEPT).on('update', () => changes++)

    expect(changes).toBe(0)
    expect(document.querySelectorAll('style')).toHaveLength(0)
  })

  it('makes headings and code of a paragraph, and back', () => {
    open('<p>a</p>')

    for (const kind of ['h3', 'codeBlock', 'paragraph']) {
      setKind(editor, kind)
      expect(kindAt(editor)).toBe(kind)
    }
  })

  it('adds and removes rows and columns of a table', () => {
    open('<table><tbody><tr><td><p>a</p></td></tr></tbody></table>')
    editor.commands.setTextSelection(4)
    const run = (sign: string) => TABLE.find((tool) => tool.sign === sign)?.run(editor)

    run('下加行')
    run('右加列')

    expect(editor.getHTML().match(/<td>/g)).toHaveLength(4)
    run('删除表格')
    expect(editor.getHTML()).not.toContain('table')
  })
})

describe('linkOf', () => {
  it.each([
    ['https://example.com/a', 'https://example.com/a'],
    [' example.com/a ', 'https://example.com/a'],
    ['/course/1', '/course/1'],
    ['teacher@example.com', 'mailto:teacher@example.com'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['//evil.example', null],
    ['课程', null],
    ['', null],
  ])('makes an address of %j', (typed, href) => {
    expect(linkOf(typed)).toBe(href)
  })
})
