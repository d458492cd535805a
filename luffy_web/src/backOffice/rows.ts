/** One section on a form of the back office, with the place where its film is brought in. */
export interface Row {
  /** The section's number; null as long as it has not been saved. */
  section: number | null
  host: HTMLElement
  /** As it stands in the form right now. */
  name: () => string
  isVideo: () => boolean
  setDuration: (seconds: number) => void
}

const VIDEO = '2'

const fieldOf = <Field extends HTMLInputElement | HTMLSelectElement>(name: string) =>
  document.querySelector<Field>(`[name="${CSS.escape(name)}"]`)

/** The number stands in the line's hidden field, or in the address of the section's own page. */
function sectionOf(prefix: string): number | null {
  const inLine = prefix ? fieldOf<HTMLInputElement>(`${prefix}id`)?.value : null
  const inAddress = /\/coursesection\/(\d+)\/change\/$/.exec(location.pathname)?.[1]
  return Number(prefix ? inLine : inAddress) || null
}

const fileNameOf = (host: HTMLElement) => host.querySelector<HTMLInputElement>('input[type=file]')?.name ?? ''

/** The empty line that the back office copies for new sections. */
export const isBlank = (host: HTMLElement) => fileNameOf(host).includes('__prefix__')

/** Reads the form around one plain file field; its name tells which line it belongs to. */
export function rowOf(host: HTMLElement): Row {
  const prefix = fileNameOf(host).replace(/video$/, '')
  return {
    section: sectionOf(prefix),
    host,
    name: () => fieldOf<HTMLInputElement>(`${prefix}name`)?.value.trim() ?? '',
    isVideo: () => (fieldOf<HTMLSelectElement>(`${prefix}section_type`)?.value ?? VIDEO) === VIDEO,
    setDuration: (seconds) => {
      const field = fieldOf<HTMLInputElement>(`${prefix}duration`)
      if (field && seconds > 0) field.value = String(seconds)
    },
  }
}

const stem = (filename: string) => filename.replace(/\.[^.]+$/, '').trim()
const collator = new Intl.Collator('zh-CN', { numeric: true })

/**
 * Which file goes to which section: a file that bears the name of a section goes there, the others
 * in the order of their names to the sections that have no film yet.
 */
export function assign<Target extends { name: string; empty: boolean }>(
  files: File[],
  targets: Target[],
): { pairs: [File, Target][]; left: File[] } {
  const free = new Set(targets)
  const pairs: [File, Target][] = []
  const take = (file: File, target: Target | undefined) => {
    if (!target) return false
    free.delete(target)
    pairs.push([file, target])
    return true
  }
  const ordered = [...files].sort((one, other) => collator.compare(one.name, other.name))
  const unnamed = ordered.filter((file) => !take(file, [...free].find(({ name }) => name === stem(file.name))))
  const left = unnamed.filter((file) => !take(file, [...free].find(({ empty }) => empty)))
  return { pairs, left }
}
