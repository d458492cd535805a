import Sortable from 'sortablejs'

import { DRAGGING } from './dragging'

const STEP = 10
const ROW = 'tr.form-row:not(.empty-form)'

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

const rowsOf = (body: Element) => [...body.querySelectorAll<HTMLTableRowElement>(`:scope > ${ROW}`)]
const numberOf = (row: Element) => row.querySelector<HTMLInputElement>('[name$="-orders"]')

/** A row that was not filled in has no place: with a number it would be taken for one that was. */
const isFilled = (row: Element) =>
  row.classList.contains('has_original') ||
  [...row.querySelectorAll<Field>('input:not([type=hidden], [type=checkbox]), select, textarea')].some(
    (field) => field !== numberOf(row) && field.value.trim() !== '',
  )

/** What a refused row says stands above it, in a row of its own. */
function withErrors(row: Element): Element[] {
  const before = row.previousElementSibling
  return before?.classList.contains('row-form-errors') ? [before, row] : [row]
}

function nameOf(row: Element): string {
  const title = row.querySelector<HTMLInputElement>('[name$="-title"]')?.value.trim()
  const chosen = row.querySelector<HTMLSelectElement>('select')?.selectedOptions[0]?.textContent.trim()
  return title || chosen || '新的一行'
}

/** The form says the order by numbers: ten, twenty … */
function renumber(body: HTMLElement): void {
  body.dataset.moved = ''
  rowsOf(body)
    .filter(isFilled)
    .forEach((row, place) => {
      const field = numberOf(row)
      if (field) field.value = String((place + 1) * STEP)
    })
  body.querySelectorAll<HTMLButtonElement>('[data-step]').forEach(describe)
}

/** The filled row before or after one. */
function neighbour(row: Element, by: number): Element | undefined {
  const rows = row.parentElement ? rowsOf(row.parentElement).filter((each) => each === row || isFilled(each)) : []
  return rows[rows.indexOf(row as HTMLTableRowElement) + by]
}

function describe(button: HTMLButtonElement): void {
  const row = button.closest(ROW)
  if (!row) return
  const by = Number(button.dataset.step)
  button.setAttribute('aria-label', `${by < 0 ? '上移' : '下移'} ${nameOf(row)}`)
  button.setAttribute('aria-disabled', String(!neighbour(row, by)))
}

function step(row: Element, by: number): void {
  const target = neighbour(row, by)
  if (!target?.parentElement) return
  const moved = withErrors(row)
  if (by > 0) target.after(...moved)
  else withErrors(target)[0]?.before(...moved)
  renumber(target.parentElement)
}

function stepButton(row: Element, by: -1 | 1): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = by < 0 ? '↑' : '↓'
  button.title = by < 0 ? '上移' : '下移'
  button.dataset.step = String(by)
  button.addEventListener('focus', () => {
    describe(button)
  })
  button.addEventListener('click', () => {
    step(row, by)
    button.focus()
  })
  return button
}

/** Puts a handle and two buttons beside the number of a row. */
function equip(row: Element): void {
  const field = numberOf(row)
  if (!field || row.querySelector('.row-order')) return
  const handle = document.createElement('span')
  handle.className = 'row-order__handle'
  handle.title = '拖动排序'
  handle.textContent = '⠿'
  handle.setAttribute('aria-hidden', 'true')
  const box = document.createElement('span')
  box.className = 'row-order'
  box.append(handle, stepButton(row, -1), stepButton(row, 1))
  field.after(box)
}

function begin(body: HTMLElement): void {
  rowsOf(body).forEach(equip)
  body.querySelectorAll<HTMLButtonElement>('[data-step]').forEach(describe)
  // A row that was filled in since then has its place, too.
  body.closest('form')?.addEventListener('submit', () => {
    if ('moved' in body.dataset) renumber(body)
  })
  let errors: Element[] = []
  Sortable.create(body, {
    ...DRAGGING,
    handle: '.row-order__handle',
    draggable: ROW,
    onStart: ({ item }) => {
      errors = withErrors(item).slice(0, -1)
    },
    onEnd: ({ item }) => {
      item.before(...errors)
      renumber(body)
    },
  })
}

/** Django's own script adds a row: it comes last. */
function added(event: Event): void {
  const row = event.target as Element
  const field = numberOf(row)
  if (!row.closest('.rows-in-order') || !field || !row.parentElement) return
  const others = rowsOf(row.parentElement).filter((each) => each !== row && isFilled(each))
  field.value = String(Math.max(0, ...others.map((each) => Number(numberOf(each)?.value ?? 0))) + STEP)
  equip(row)
  row.querySelectorAll<HTMLButtonElement>('[data-step]').forEach(describe)
}

/** Rows of inlines with the class `rows-in-order` are moved by their handles or with two buttons; their numbers follow. */
export function orderRows(): void {
  document.querySelectorAll<HTMLElement>('.rows-in-order table > tbody').forEach(begin)
  document.addEventListener('formset:added', added)
}
