import katex from 'katex'
import 'katex/dist/katex.min.css'

/** A formula that is wrong is shown as it was written, in red, with the reason as its title. */
export function drawFormula(element: HTMLElement, displayMode: boolean): void {
  const formula = element.textContent ?? ''
  katex.render(formula, element, { displayMode, throwOnError: false, strict: 'ignore', maxExpand: 300, maxSize: 20 })
}
