import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it } from 'vitest'

import { orderRows } from './orderRows'

interface Row {
  title?: string
  course?: string
  isNew?: boolean
  errors?: string
}

const row = (at: number | '__prefix__', { title = '', course = '', isNew = false, errors }: Row) => `
  ${errors ? `<tr class="row-form-errors"><td>${errors}</td></tr>` : ''}
  <tr class="form-row ${isNew ? '' : 'has_original'} ${at === '__prefix__' ? 'empty-form' : ''}" id="steps-${at}">
    <td><input type="hidden" name="steps-${at}-id" value="7"><input name="steps-${at}-title" value="${title}">
      <select name="steps-${at}-course"><option value=""></option>${course ? `<option value="9" selected>${course}</option>` : ''}</select></td>
    <td><input name="steps-${at}-orders" value="100"></td>
    <td><input type="checkbox" name="steps-${at}-DELETE"></td>
  </tr>`

function form(rows: Row[]) {
  document.body.innerHTML = `<form><fieldset class="rows-in-order"><table><tbody>${rows.map((each, at) => row(at, each)).join('')}
    ${row('__prefix__', { isNew: true })}</tbody></table></fieldset></form>`
  orderRows()
}

const shown = () => [...document.querySelectorAll('tr.form-row')].map((each) => each.id)
const numbers = () =>
  Object.fromEntries([...document.querySelectorAll<HTMLInputElement>('[name$="-orders"]')].map(({ name, value }) => [name.split('-')[1], value]))

describe('orderRows', () => {
  beforeEach(() => {
    form([{ title: '打好基础' }, { course: '爬虫' }, { course: '数据分析' }, { isNew: true }])
  })

  it('moves a row by its buttons, and writes the numbers of all that are filled in', async () => {
    await userEvent.click(screen.getByRole('button', { name: '上移 数据分析' }))

    expect(shown()).toEqual(['steps-0', 'steps-2', 'steps-1', 'steps-3', 'steps-__prefix__'])
    expect(numbers()).toEqual({ 0: '10', 2: '20', 1: '30', 3: '100', __prefix__: '100' })
    expect(screen.getByRole('button', { name: '上移 数据分析' })).toHaveFocus()
    await userEvent.click(screen.getByRole('button', { name: '下移 打好基础' }))
    expect(shown().slice(0, 3)).toEqual(['steps-2', 'steps-0', 'steps-1'])
  })

  it('ends at the first row and at the last one that is filled in', async () => {
    const first = screen.getByRole('button', { name: '上移 打好基础' })
    const last = screen.getByRole('button', { name: '下移 数据分析' })

    expect(first).toHaveAttribute('aria-disabled', 'true')
    expect(last).toHaveAttribute('aria-disabled', 'true')
    await userEvent.click(first)
    await userEvent.click(last)
    expect(shown()[0]).toBe('steps-0')
    expect(shown()[2]).toBe('steps-2')
    expect(numbers()[0]).toBe('100')
    await userEvent.click(screen.getByRole('button', { name: '上移 数据分析' }))
    expect(screen.getByRole('button', { name: '下移 数据分析' })).toHaveAttribute('aria-disabled', 'false')
  })

  it('takes along what a refused row says', async () => {
    form([{ course: '爬虫' }, { course: '数据分析', errors: '有两行选了同一门课程' }])

    await userEvent.click(screen.getByRole('button', { name: '上移 数据分析' }))

    const rows = [...document.querySelectorAll('tr')].map((each) => each.id || each.textContent.trim())
    expect(rows.slice(0, 3)).toEqual(['有两行选了同一门课程', 'steps-1', 'steps-0'])
    await userEvent.click(screen.getByRole('button', { name: '上移 爬虫' }))
    expect(document.querySelector('tr')?.id).toBe('steps-0')
  })

  it('has a number for what was filled in after a move, and changes none where nothing was moved', async () => {
    const submit = () => document.querySelector('form')?.dispatchEvent(new Event('submit'))
    submit()
    expect(numbers()[0]).toBe('100')
    await userEvent.click(screen.getByRole('button', { name: '上移 数据分析' }))
    await userEvent.type(document.querySelector('[name="steps-3-title"]') as HTMLElement, '收尾')

    submit()

    expect(numbers()[3]).toBe('40')
  })

  it('puts a row that is added last', async () => {
    await userEvent.click(screen.getByRole('button', { name: '下移 打好基础' }))
    const body = document.querySelector('tbody') as HTMLElement
    document.querySelector('.empty-form')?.insertAdjacentHTML('beforebegin', row(4, { isNew: true }))
    const made = document.getElementById('steps-4') as HTMLElement
    made.dispatchEvent(new CustomEvent('formset:added', { bubbles: true }))

    expect(numbers()[4]).toBe('40')
    expect(made.querySelectorAll('button')).toHaveLength(2)
    made.dispatchEvent(new CustomEvent('formset:added', { bubbles: true }))
    expect(body.querySelectorAll('#steps-4 button')).toHaveLength(2)
  })
})
