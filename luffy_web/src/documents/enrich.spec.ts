import { describe, expect, it } from 'vitest'

import { enrich, followFootnote } from './enrich'

const page = (html: string) => {
  document.body.innerHTML = `<div>${html}</div>`
  return document.body.firstElementChild as HTMLElement
}

describe('enrich', () => {
  it('draws formulas in the line and in a line of their own', async () => {
    const root = page('<span class="math">a*b*c</span><div class="math math--block">\\frac{1}{2}\\\\x</div>')

    await enrich(root)

    expect(root.querySelectorAll('.katex')).toHaveLength(2)
    expect(root.querySelectorAll('.katex-display')).toHaveLength(1)
    expect(root.querySelector('annotation')).toHaveTextContent('a*b*c')
  })

  it('shows a formula that is wrong, and runs nothing in it', async () => {
    const root = page('<span class="math">\\frac{</span><span class="math">\\href{javascript:alert(1)}{x}</span>')

    await enrich(root)

    expect(root.querySelector('.katex-error')).toHaveTextContent('\\frac{')
    expect(root.querySelector('a[href^="javascript"]')).toBeNull()
  })

  it('colours code of known languages, and escapes what is in it', async () => {
    const root = page(
      '<pre><code class="language-python">for x in "&lt;b&gt;":</code></pre><pre><code class="language-nothing">for</code></pre>',
    )

    await enrich(root)

    expect(root.querySelector('.hljs-keyword')).toHaveTextContent('for')
    expect(root.querySelector('b')).toBeNull()
    expect(root.querySelector('.language-nothing')).toContainHTML('for')
  })

  it('draws each once, however often it is asked', async () => {
    const root = page('<span class="math">x^2</span>')

    await Promise.all([enrich(root), enrich(root)])
    await enrich(root)

    expect(root.querySelectorAll('.katex')).toHaveLength(1)
  })

  it('leaves very long code alone', async () => {
    const root = page(`<code class="language-python">${'for '.repeat(20_000)}</code>`)

    await enrich(root)

    expect(root.querySelector('.hljs-keyword')).toBeNull()
  })

  it('goes to a footnote without changing the address', () => {
    const root = page('<a href="#fn-text-1">[1]</a><ol><li id="fn-text-1">注</li></ol>')
    const target = root.querySelector('li') as HTMLElement
    let scrolled = false
    target.scrollIntoView = () => (scrolled = true)
    root.addEventListener('click', followFootnote)

    root.querySelector('a')?.click()

    expect(scrolled).toBe(true)
    expect(document.activeElement).toBe(target)
    expect(location.hash).toBe('')
  })
})
