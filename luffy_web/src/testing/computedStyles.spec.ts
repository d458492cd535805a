import { describe, expect, it } from 'vitest'

import { jsdomsOwn } from './computedStyles'

const ASKED = ['display', 'visibility', 'pointer-events', 'opacity']
const TAGS = [
  'a', 'article', 'button', 'caption', 'col', 'colgroup', 'datalist', 'dd', 'details', 'dialog', 'div', 'dl', 'embed', 'fieldset',
  'form', 'h1', 'img', 'input', 'label', 'legend', 'li', 'marquee', 'noscript', 'ol', 'option', 'p', 'progress', 'rt', 'ruby',
  'script', 'section', 'select', 'slot', 'span', 'summary', 'table', 'tbody', 'td', 'template', 'textarea', 'tfoot',
  'th', 'thead', 'title', 'tr', 'ul', 'video', 'x-unknown',
]
const ATTRIBUTES = [
  '', 'hidden', 'hidden="until-found"', 'open', 'popover', 'type="hidden"', 'type="radio"', 'aria-hidden="true"', 'class="hidden"',
  'style="display: none"', 'style="visibility: hidden; opacity: 0.5"', 'style="visibility: visible; pointer-events: auto"',
  'style="pointer-events: none"', 'style="display: inherit; visibility: inherit"', 'inert', 'disabled',
]

/** What is asked of every element below, by `compute`. */
const allOf = (compute: Window['getComputedStyle']) =>
  [...document.body.querySelectorAll('*')].map((element) => {
    const style = compute(element)
    return [element.outerHTML, ...ASKED.map((name) => style.getPropertyValue(name)), style.display, style.pointerEvents]
  })

function add(container: Element, tag: string, attributes: string[]) {
  for (const each of attributes) {
    const maker = document.createElement('template')
    maker.innerHTML = `<div ${each}></div>`
    const element = document.createElement(tag)
    for (const { name, value } of maker.content.firstElementChild?.attributes ?? []) element.setAttribute(name, value)
    container.append(element)
  }
}

/** Every tag with what most often hides it, and those of which the rules say more with everything. */
function fill(): HTMLElement {
  const container = document.body.appendChild(document.createElement('div'))
  for (const tag of TAGS) add(container, tag, ['', 'hidden'])
  for (const tag of ['p', 'dialog', 'input', 'tr', 'embed', 'details']) add(container, tag, ATTRIBUTES)
  const details = container.appendChild(document.createElement('details'))
  for (const tag of ['p', 'summary', 'summary']) add(details, tag, [''])
  return container
}

describe('computed styles', () => {
  it('are those of jsdom', () => {
    const container = fill()
    expect(document.styleSheets).toHaveLength(0)
    expect(allOf(getComputedStyle)).toEqual(allOf(jsdomsOwn()))

    container.style.visibility = 'hidden'
    container.style.pointerEvents = 'none'
    expect(allOf(getComputedStyle)).toEqual(allOf(jsdomsOwn()))
    expect(getComputedStyle(container.querySelector('p') as Element).visibility).toBe('hidden')
  })

  it('follow an element that is hidden and shown', () => {
    const element = document.body.appendChild(document.createElement('p'))
    expect(getComputedStyle(element).display).toBe('block')
    element.hidden = true
    expect(getComputedStyle(element).display).toBe('none')
    element.hidden = false
    element.style.display = 'none'
    expect(document.defaultView?.getComputedStyle(element).getPropertyValue('display')).toBe('none')
    element.style.display = ''
    expect(getComputedStyle(element).display).toBe('block')
  })

  it('follow a style sheet, and know every other property', () => {
    const element = document.body.appendChild(document.createElement('p'))
    element.style.color = 'red'
    expect(getComputedStyle(element).color).toBe('rgb(255, 0, 0)')
    expect(getComputedStyle(element).getPropertyPriority('color')).toBe('')
    expect(getComputedStyle(element).display).toBe('block')

    const sheet = document.head.appendChild(document.createElement('style'))
    sheet.textContent = 'p { display: none }'
    expect(getComputedStyle(element).display).toBe('none')
    sheet.remove()
    expect(getComputedStyle(element).display).toBe('block')
  })
})
