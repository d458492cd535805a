// An action on thousands of rows goes on by itself, until its page is left.
(function () {
  'use strict'

  const form = document.querySelector('form[data-steps]')
  const [visit] = performance.getEntriesByType('navigation')
  // Who comes back to the page looks at what was: that is no wish to do it again.
  if (!form || (visit && visit.type === 'back_forward')) return

  const timer = setTimeout(() => form.requestSubmit(), 200)
  document.querySelector('[data-steps-stop]').addEventListener('click', () => clearTimeout(timer))
})()
