import { afterEach, describe, expect, it } from 'vitest'

import { assign, rowOf } from './rows'

const file = (name: string) => new File(['x'], name)
const target = (name: string, empty = true) => ({ name, empty })
const names = (pairs: [File, { name: string }][]) => pairs.map(([{ name }, to]) => `${name} → ${to.name}`)

describe('assign', () => {
  it('assigns a file to the section of its name, even one that has a video', () => {
    const { pairs } = assign([file('循环.mp4')], [target('变量'), target('循环', false)])

    expect(names(pairs)).toEqual(['循环.mp4 → 循环'])
  })

  it('assigns the others in the natural order of their names', () => {
    const { pairs } = assign([file('10.mp4'), file('2.mp4'), file('1.mp4')], ['甲', '乙', '丙'].map((name) => target(name)))

    expect(names(pairs)).toEqual(['1.mp4 → 甲', '2.mp4 → 乙', '10.mp4 → 丙'])
  })

  it('replaces no video, and returns the files without a section', () => {
    const { pairs, left } = assign([file('a.mp4'), file('b.mp4')], [target('甲', false), target('乙')])

    expect(names(pairs)).toEqual(['a.mp4 → 乙'])
    expect(left.map(({ name }) => name)).toEqual(['b.mp4'])
  })
})

describe('rowOf', () => {
  afterEach(() => {
    document.body.innerHTML = ''
    history.replaceState(null, '', '/')
  })

  it('reads an inline form', () => {
    document.body.innerHTML = `
      <input name="coursesections-1-id" value="42"><input name="coursesections-1-name" value=" 循环 ">
      <select name="coursesections-1-section_type"><option value="0" selected></option></select>
      <input name="coursesections-1-duration" value="0">
      <div><input type="file" name="coursesections-1-video"></div>`
    const row = rowOf(document.querySelector('div') as HTMLElement)

    row.setDuration(75)

    expect([row.section, row.name(), row.isVideo()]).toEqual([42, '循环', false])
    expect(document.querySelector<HTMLInputElement>('[name=coursesections-1-duration]')?.value).toBe('75')
  })

  it('reads the section of its own page from the URL', () => {
    history.replaceState(null, '', '/admin/course/coursesection/117/change/')
    document.body.innerHTML = '<div><input type="file" name="video"></div>'

    expect(rowOf(document.querySelector('div') as HTMLElement).section).toBe(117)
  })

  it('has no section before the first save', () => {
    history.replaceState(null, '', '/admin/course/coursesection/add/')
    document.body.innerHTML = '<div><input type="file" name="video"></div>'

    expect(rowOf(document.querySelector('div') as HTMLElement).section).toBeNull()
  })
})
