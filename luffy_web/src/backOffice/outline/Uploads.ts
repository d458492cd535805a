import { reactive, shallowReactive } from 'vue'

import { ApiError } from '@/api/errors'

import { objection, type FileRules } from '../fileCheck'
import { byName, stem } from '../rows'
import { MediaState } from '../server'
import { UploadMachine } from '../uploadMachine'
import type { OutlineStore } from './OutlineStore'
import { mediaOf, SectionType, type Section } from './server'

/** A file that has no section; `retry` where it may help. */
export interface Refusal {
  chapter: number
  file: File
  reason: string
  retriable: boolean
}

const MAX_NAME = 128

const nameOf = (file: File) => [...stem(file.name)].slice(0, MAX_NAME).join('') || '未命名课时'

/** The files on their way to sections of an outline. */
export class Uploads {
  /** By section. */
  readonly machines = shallowReactive(new Map<number, UploadMachine>())
  readonly refusals = reactive<Refusal[]>([])

  constructor(
    private readonly store: OutlineStore,
    readonly rules: FileRules,
  ) {}

  /** Leaving the page would interrupt an upload. */
  get isBusy(): boolean {
    return [...this.machines.values()].some((machine) => machine.isBusy)
  }

  /**
   * Makes a section of each file, in the order of their names, and uploads it. A section of the chapter with the
   * name of a file and without a video takes that file.
   */
  async add(chapter: number, files: Iterable<File>): Promise<void> {
    for (const file of byName(files)) {
      const reason = objection(file, this.rules)
      if (reason) this.refuse({ chapter, file, reason, retriable: false })
      else await this.place(chapter, file)
    }
  }

  async retry(refusal: Refusal): Promise<void> {
    this.dismiss(refusal)
    await this.place(refusal.chapter, refusal.file)
  }

  dismiss({ chapter, file }: Refusal): void {
    const at = this.refusals.findIndex((each) => each.chapter === chapter && each.file === file)
    if (at >= 0) this.refusals.splice(at, 1)
  }

  /** Uploads a file as the video of a section. */
  start(section: number, file: File): void {
    this.machines.get(section)?.destroy()
    const machine = new UploadMachine(section, this.rules, undefined, (media) => {
      this.machines.delete(section)
      this.store.apply([mediaOf(section, media)])
    })
    this.machines.set(section, machine)
    void machine.choose(file)
  }

  /** Ends what is on its way to these sections. */
  async cancel(sections: number[]): Promise<void> {
    const machines = sections.flatMap((id) => this.machines.get(id) ?? [])
    await Promise.all(machines.map((machine) => machine.cancel()))
  }

  private async place(chapter: number, file: File) {
    try {
      const section = this.waitingFor(chapter, file) ?? (await this.make(chapter, file))
      this.start(section.id, file)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.refuse({ chapter, file, reason: `课时没有建成：${error.msg}`, retriable: true })
    }
  }

  private make(chapter: number, file: File) {
    return this.store.addSection(chapter, nameOf(file), SectionType.Video)
  }

  private waitingFor(chapter: number, file: File): Section | undefined {
    const sections = this.store.state.chapters.find(({ id }) => id === chapter)?.sections ?? []
    return sections.find(
      ({ id, name, section_type, media }) =>
        name === nameOf(file) &&
        section_type === SectionType.Video &&
        media.state === MediaState.None &&
        !this.machines.has(id),
    )
  }

  private refuse(refusal: Refusal) {
    this.refusals.push(refusal)
  }
}
