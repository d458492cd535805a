/** One section on a form of the back office, with the element of its video field. */
export interface Row {
  /** The section's id; null until it has been saved. */
  section: number | null
  host: HTMLElement
  /** The current value in the form. */
  name: () => string
  isVideo: () => boolean
  setDuration: (seconds: number) => void
}

const VIDEO = '2'

const fieldOf = <Field extends HTMLInputElement | HTMLSelectElement>(name: string) =>
  document.querySelector<Field>(`[name="${CSS.escape(name)}"]`)

/** The id is in the inline's hidden field, or in the URL of the section's own page. */
function sectionOf(prefix: string): number | null {
  const inForm = prefix ? fieldOf<HTMLInputElement>(`${prefix}id`)?.value : null
  const inUrl = /\/coursesection\/(\d+)\/change\/$/.exec(location.pathname)?.[1]
  return Number(prefix ? inForm : inUrl) || null
}

const fileNameOf = (host: HTMLElement) => host.querySelector<HTMLInputElement>('input[type=file]')?.name ?? ''

/** The empty inline form that Django copies for new sections. */
export const isTemplate = (host: HTMLElement): boolean => fileNameOf(host).includes('__prefix__')

/** Reads the form around a file field; the prefix of its name tells which inline it belongs to. */
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

/** The name of a file without its extension. */
export const stem = (filename: string): string => filename.replace(/\.[^.]+$/, '').trim()
const collator = new Intl.Collator('zh-CN', { numeric: true })

/** Files by name, `第2课` before `第10课`. */
export const byName = (files: Iterable<File>): File[] =>
  [...files].sort((one, other) => collator.compare(one.name, other.name))

/**
 * Assigns files to sections: by equal name first, the rest in the order of their names to the sections
 * without a video. `left` are the files without a section.
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
  const unnamed = byName(files).filter((file) => !take(file, [...free].find(({ name }) => name === stem(file.name))))
  const left = unnamed.filter((file) => !take(file, [...free].find(({ empty }) => empty)))
  return { pairs, left }
}
