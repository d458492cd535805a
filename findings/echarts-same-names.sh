#!/usr/bin/env bash
# In a bar chart of ECharts two courses of the same name are one place, with one bar drawn over the other.
#
# Version:  echarts 6.1.0 (node 20, drawn as SVG).
# Expected: A dataset of four rows gives four bars, as a table of four rows has four lines.
# Seen:     The names of a category axis that come from a dataset are collected without repeats: the second
#           row of a name is drawn in the place of the first, at the same width. Nothing is added up, both labels
#           are shown, and where the later bar is the higher one, the first is not to be seen at all. With the same
#           names in `xAxis.data` and the numbers in the series there are four places.
# Matters:  Two terms of a course, or two students of one name, are a bar too few in a report of sales, and the sum
#           that a reader makes of the bars is wrong. Tests with made-up names, all different, do not show it.
#           Give the axis its names in `data`, or the dataset a column of ids and a formatter for the axis.
#
# Output seen (names on the axis; left edge and height of each bar, in pixels):
#   dataset: Python 入门, 数据库, 爬虫 | 113+39, 263+78, 413+155, 113+116
#   dataset with ids: Python 入门, 数据库, 爬虫, Python 入门 | 107+39, 220+78, 332+155, 445+116
#   xAxis.data: Python 入门, 数据库, 爬虫, Python 入门 | 107+39, 220+78, 332+155, 445+116
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" echarts@6.1.0 > /dev/null

cat > "$folder/draw.cjs" <<'SCRIPT'
const echarts = require('echarts')

const sales = [['Python 入门', 10], ['数据库', 20], ['爬虫', 40], ['Python 入门', 30]]
const names = sales.map(([name]) => name)
const charts = {
  dataset: { dataset: { source: [['name', 'sold'], ...sales] }, xAxis: { type: 'category' } },
  'dataset with ids': {
    dataset: { source: [['id', 'sold'], ...sales.map(([, sold], row) => [`${row}`, sold])] },
    xAxis: { type: 'category', axisLabel: { formatter: (id) => names[id] } },
  },
  'xAxis.data': { xAxis: { type: 'category', data: names } },
}
for (const [way, options] of Object.entries(charts)) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 600, height: 300 })
  const data = way === 'xAxis.data' ? sales.map(([, sold]) => sold) : undefined
  chart.setOption({ animation: false, yAxis: {}, ...options, series: [{ type: 'bar', color: '#123456', data }] })
  const svg = chart.renderToSVGString()
  const shown = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text).filter((text) => names.includes(text))
  const bars = [...svg.matchAll(/<path d="M([\d.]+) [\d.]+l[\d.]+ 0l0 -([\d.]+)[^>]*fill="#123456"/g)]
  const places = bars.map(([, left, height]) => `${Math.round(left)}+${Math.round(height)}`)
  chart.dispose()
  console.log(`${way}: ${shown.join(', ')} | ${places.join(', ')}`)
}
SCRIPT

node "$folder/draw.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
