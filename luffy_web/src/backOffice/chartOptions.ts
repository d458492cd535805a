/** The numbers of a table on a page of the back office, as its chart draws them. */
export interface TableNumbers {
  names: string[]
  series: { name: string; values: (number | null)[] }[]
}

export type ChartKind = 'bar' | 'line' | 'stack'

const COLOURS = ['#195a9f', '#c2590c', '#2f7d32', '#7b3fa0', '#a11d33', '#00707a', '#6d5a00', '#4b5563', '#b8388c', '#3f6f00']

const textOf = (cell: Element | undefined) => cell?.textContent?.trim() ?? ''

function numberOf(cell: Element | undefined): number | null {
  const text = textOf(cell)
  return text === '' || Number.isNaN(Number(text)) ? null : Number(text)
}

/** Reads a table whose rows begin with their names; what is no number, such as a dash, is null. */
export function readTable(table: HTMLTableElement): TableNumbers {
  const headings = [...table.querySelectorAll('thead th')].slice(1).map(textOf)
  const rows = [...table.querySelectorAll('tbody tr')]
  return {
    names: rows.map((row) => textOf(row.children[0])),
    series: headings.map((name, place) => ({ name, values: rows.map((row) => numberOf(row.children[place + 1])) })),
  }
}

/** 2026-11-28 becomes 11-28; other names are kept. */
const shortName = (name: string) => name.replace(/^\d{4}-(\d\d-\d\d)$/, '$1')

/** What ECharts draws. Nothing moves, and the colours are dark enough on white. */
export function chartOptions({ names, series }: TableNumbers, kind: ChartKind): Record<string, unknown> {
  const type = kind === 'line' ? 'line' : 'bar'
  return {
    animation: false,
    color: COLOURS,
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: { type: 'scroll', top: 0 },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: { type: 'category', data: names.map(shortName), axisLabel: { width: 120, overflow: 'truncate' } },
    yAxis: { type: 'value', minInterval: 1 },
    series: series.map(({ name, values }) => ({
      type,
      name,
      data: values,
      barMaxWidth: 24,
      symbol: names.length > 31 ? 'none' : 'circle',
      ...(kind === 'stack' ? { stack: 'all' } : {}),
    })),
  }
}
