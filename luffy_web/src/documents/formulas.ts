import katex from 'katex'
import 'katex/dist/katex.min.css'

/** A formula that is wrong is shown as it was written, in the colour of faults, with the reason as its title. */
export function drawFormula(element: HTMLElement, displayMode: boolean): void {
  const formula = element.textContent ?? ''
  katex.render(formula, element, {
    displayMode,
    errorColor: 'var(--accent)',
    throwOnError: false,
    strict: 'ignore',
    maxExpand: 300,
    maxSize: 20,
  })
}
