// The progress of an import: asked for each second, and the page anew when it has come to an end.
(function () {
  'use strict'

  const place = document.getElementById('import-progress')
  if (!place) return

  const bar = place.querySelector('progress')
  const numbers = place.querySelector('[data-numbers]')
  const state = document.getElementById('import-state-name')

  function show(answer) {
    state.textContent = answer.state
    numbers.textContent = answer.done + ' / ' + answer.total + ' 行'
    if (bar) {
      bar.max = Math.max(answer.total, 1)
      bar.value = answer.done
    }
  }

  async function ask() {
    try {
      const response = await fetch(place.dataset.url, { headers: { Accept: 'application/json' } })
      if (!response.ok) throw new Error(String(response.status))
      const answer = await response.json()
      if (!answer.working) {
        location.reload()
        return
      }
      show(answer)
    } catch {
      numbers.textContent = '暂时无法获取进度，正在重试…'
    }
    setTimeout(ask, 1000)
  }

  setTimeout(ask, 500)
})()
