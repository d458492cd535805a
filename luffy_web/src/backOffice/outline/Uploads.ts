import { reactive, shallowReactive } from 'vue'

import { ApiError } from '@/api/errors'

import { objection, type FileRules } from '../fileCheck'
import { byName, stem } from '../rows'
import { MediaState } from '../server'
import { UploadMachine } from '../uploadMachine'
import type { OutlineStore } from './OutlineStore'
import { mediaOf, SectionType, uploadSubtitles, type Section } from './server'
import { isSubtitle, subtitleOf } from './subtitleFiles'

/** A file that has no section, or subtitles that were not stored; `retry` where it may help. */
export interface Refusal {
  chapter: number
  file: File
  reason: string
  retriable: boolean
}

const MAX_NAME = 128

function apart(files: File[]): [subtitles: File[], videos: File[]] {
  return [files.filter(isSubtitle), files.filter((file) => !isSubtitle(file))]
}

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
    const [subtitles, videos] = apart(byName(files))
    for (const file of videos) {
      const reason = objection(file, this.rules)
      if (reason) this.refuse({ chapter, file, reason, retriable: false })
      else await this.place(chapter, file)
    }
    // Behind the videos, whose sections they may be for.
    for (const file of subtitles) await this.placeSubtitles(chapter, file)
  }

  async retry(refusal: Refusal): Promise<void> {
    this.dismiss(refusal)
    if (isSubtitle(refusal.file)) await this.placeSubtitles(refusal.chapter, refusal.file)
    else await this.place(refusal.chapter, refusal.file)
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

  /** A file of subtitles goes to the section of the chapter that has its name. */
  private async placeSubtitles(chapter: number, file: File) {
    const { section: name, language } = subtitleOf(file.name)
    const section = this.sectionsOf(chapter).find((each) => each.name === name && each.section_type === SectionType.Video)
    if (!section) {
      this.refuse({ chapter, file, reason: `本章没有名为「${name}」的视频课时`, retriable: true })
      return
    }
    try {
      const stored = await uploadSubtitles(section.id, language, file)
      const { label = '', lines = 0 } = stored.find(({ lang }) => lang === language) ?? {}
      this.store.state.said = `「${name}」的${label}字幕已保存，${lines} 条`
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.refuse({ chapter, file, reason: `字幕没有保存：${error.msg}`, retriable: true })
    }
  }

  private sectionsOf(chapter: number): Section[] {
    return this.store.state.chapters.find(({ id }) => id === chapter)?.sections ?? []
  }

  private make(chapter: number, file: File) {
    return this.store.addSection(chapter, nameOf(file), SectionType.Video)
  }

  private waitingFor(chapter: number, file: File): Section | undefined {
    return this.sectionsOf(chapter).find(
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
