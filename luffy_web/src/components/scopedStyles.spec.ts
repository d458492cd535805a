import { describe, expect, it } from 'vitest'

/**
 * A scoped style of a parent also matches the root element of a child component. A child whose root
 * has a class that the parent styles on its own account is laid out by both, and one of them loses.
 */

const sources = import.meta.glob<string>('../**/*.vue', {
  query: '?raw',
  import: 'default',
  eager: true,
})

interface Component {
  name: string
  rootClasses: Set<string>
  styledClasses: Set<string>
  children: Set<string>
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (match) => match[1] ?? '')
}

function parse(path: string, source: string): Component {
  const template = /<template>\n([\s\S]*)<\/template>/.exec(source)?.[1] ?? ''
  const styles = matches(source, /<style scoped>([\s\S]*?)<\/style>/g).join('\n')
  const rootTags = matches(template, /^ {2}<[\w-]+((?:\s+[^>]*)?)>/gm).join('\n')
  return {
    name: path.replace(/^.*\/|\.vue$/g, ''),
    rootClasses: new Set(matches(rootTags, /\sclass="([^"]*)"/g).flatMap((list) => list.split(' '))),
    // Only a selector that is this one class; `.buy > .stack` and `:deep(.image)` are meant so.
    styledClasses: new Set(matches(styles, /^\.([\w-]+)(?:,| \{)$/gm)),
    children: new Set(matches(template, /<([A-Z]\w+)/g)),
  }
}

function collisions(components: Component[]): string[] {
  const byName = new Map(components.map((component) => [component.name, component]))
  return components.flatMap((parent) =>
    [...parent.children].flatMap((child) =>
      [...(byName.get(child)?.rootClasses ?? [])]
        .filter((name) => parent.styledClasses.has(name))
        .map((name) => `${parent.name} styles .${name}, the root of ${child}`),
    ),
  )
}

describe('scoped styles', () => {
  it('do not reach the root element of a child component', () => {
    const components = Object.entries(sources).map(([path, source]) => parse(path, source))

    expect(components.length).toBeGreaterThan(50)
    expect(collisions(components)).toEqual([])
  })

  it('are found where they do', () => {
    const child = '<template>\n  <span\n    class="avatar letter"\n  >\n  </span>\n</template>'
    const parent =
      '<template>\n  <div class="side">\n    <UserChild />\n  </div>\n</template>\n' +
      '<style scoped>\n.avatar {\n  gap: 0;\n}\n</style>'

    const found = collisions([parse('a/UserChild.vue', child), parse('a/UserParent.vue', parent)])

    expect(found).toEqual(['UserParent styles .avatar, the root of UserChild'])
  })
})
