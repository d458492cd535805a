/** What testing-library asks of a computed style, nearly always. */
const ASKED = ['display', 'visibility', 'pointer-events', 'opacity'] as const
/** All attributes by which jsdom's own style sheet tells elements apart in these, and that of inline styles. */
const TELLING = ['style', 'hidden', 'open', 'type', 'popover']

type Asked = Map<string, string>

const seen = new Map<string, Asked>()

/** The styles of an element like this one under a parent like this one, as jsdom computed them the first time. */
function askedOf(element: Element, compute: Window['getComputedStyle']): Asked {
  const parent = element.parentElement && askedOf(element.parentElement, compute)
  const inherited = parent && [parent.get('visibility'), parent.get('pointer-events')]
  const key = JSON.stringify([element.namespaceURI, element.localName, inherited, TELLING.map((name) => element.getAttribute(name))])
  let asked = seen.get(key)
  if (!asked) {
    const style = compute(element)
    asked = new Map(ASKED.map((name) => [name, style.getPropertyValue(name)]))
    seen.set(key, asked)
  }
  return asked
}

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** A style whose other properties are computed when somebody asks for them. */
function styleOf(asked: Asked, compute: () => CSSStyleDeclaration): CSSStyleDeclaration {
  const valueOf = (name: string) => asked.get(name) ?? compute().getPropertyValue(name)
  return new Proxy({} as CSSStyleDeclaration, {
    get(_, name) {
      if (name === 'getPropertyValue') return valueOf
      const known = typeof name === 'string' ? asked.get(dashed(name)) : undefined
      if (known !== undefined) return known
      const style = compute()
      const value: unknown = Reflect.get(style, name)
      return typeof value === 'function' ? (value.bind(style) as unknown) : value
    },
  })
}

const OWN = Symbol.for('luffy.getComputedStyle')

/** jsdom's own function, which compares an element with a hundred rules after each change of the document. */
export function jsdomsOwn(): Window['getComputedStyle'] {
  const view = document.defaultView as Window & { [OWN]?: Window['getComputedStyle'] }
  return (view[OWN] ??= view.getComputedStyle.bind(view))
}

/**
 * Takes over `getComputedStyle`, which was half of what specs with `getByRole` took: a name is asked of
 * everything in an element. Where a document has style sheets, and for what they say of a first child, it
 * remains jsdom's.
 */
export function rememberComputedStyles(): void {
  const own = jsdomsOwn()
  const remembering: Window['getComputedStyle'] = (element, pseudo) =>
    pseudo || element.localName === 'summary' || document.styleSheets.length > 0
      ? own(element, pseudo)
      : styleOf(askedOf(element, own), () => own(element))
  Object.assign(document.defaultView as Window, { getComputedStyle: remembering })
  globalThis.getComputedStyle = remembering
}
