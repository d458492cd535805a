import { afterEach, describe, expect, it } from 'vitest'

import { chartOptions, readTable } from './chartOptions'

function table(): HTMLTableElement {
  document.body.innerHTML = `<table>
    <thead><tr><th>日期</th><th>收款（元）</th><th>学完（%）</th></tr></thead>
    <tbody>
      <tr><th><a href="/x"> 2026-11-20 </a></th><td>99.50</td><td>-</td></tr>
      <tr><th>2026-11-21</th><td>-3.00</td><td>40</td></tr>
    </tbody>
    <tfoot><tr><th>合计</th><td>96.50</td><td></td></tr></tfoot>
  </table>`
  return document.querySelector('table') as HTMLTableElement
}

afterEach(() => {
  document.body.innerHTML = ''
})

describe('readTable', () => {
  it('reads names and numbers, without the sum below them', () => {
    expect(readTable(table())).toEqual({
      names: ['2026-11-20', '2026-11-21'],
      series: [
        { name: '收款（元）', values: [99.5, -3] },
        { name: '学完（%）', values: [null, 40] },
      ],
    })
  })

  it('reads an empty table', () => {
    const empty = document.createElement('table')
    expect(readTable(empty)).toEqual({ names: [], series: [] })
  })
})

describe('chartOptions', () => {
  it('draws lines with short days', () => {
    const options = chartOptions(readTable(table()), 'line')

    expect(options.xAxis).toMatchObject({ data: ['11-20', '11-21'] })
    expect(options.series).toMatchObject([{ type: 'line', data: [99.5, -3] }, { type: 'line' }])
  })

  it('stacks the parts of a video', () => {
    expect(chartOptions(readTable(table()), 'stack').series).toMatchObject([
      { type: 'bar', stack: 'all' },
      { type: 'bar', stack: 'all' },
    ])
    expect(chartOptions(readTable(table()), 'bar').series).not.toMatchObject([{ stack: 'all' }, { stack: 'all' }])
  })
})
