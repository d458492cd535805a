import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, LegendScrollComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

import { chartOptions, readTable, type ChartKind } from './chartOptions'
import { fitFrame, openInTabs } from './adminFrame'

use([BarChart, LineChart, GridComponent, LegendComponent, LegendScrollComponent, TooltipComponent, SVGRenderer])

/** Draws the table that a chart names. */
function draw(host: HTMLElement) {
  const table = document.getElementById(host.dataset.table ?? '')
  if (!(table instanceof HTMLTableElement)) return
  // An empty element is hidden, and a chart needs its size.
  host.append(document.createElement('div'))
  const root = host.firstElementChild as HTMLElement
  root.style.height = '100%'
  const chart = init(root, null, { renderer: 'svg' })
  chart.setOption(chartOptions(readTable(table), host.dataset.chart as ChartKind))
  new ResizeObserver(() => chart.resize()).observe(host)
}

for (const host of document.querySelectorAll<HTMLElement>('[data-chart]')) draw(host)
openInTabs(document)
fitFrame(window)
