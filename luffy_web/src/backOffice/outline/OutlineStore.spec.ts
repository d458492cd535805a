import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'

import { OutlineServer, sectionWith } from '@/testing/outlineServer'
import { refuse } from '@/testing/uploadServer'

import { OutlineStore } from './OutlineStore'

const id = (letter: string) => letter.charCodeAt(0)

describe('OutlineStore', () => {
  let outline: OutlineServer
  let store: OutlineStore

  beforeEach(async () => {
    outline = new OutlineServer()
    store = new OutlineStore(7)
    await store.load()
  })

  const shown = () => store.state.chapters.map(({ sections }) => sections.map(({ name }) => name).join('')).join('|')

  it('saves what has moved with what was shown before, and when that was read', async () => {
    store.moveSection(id('a'), { chapter: 2, at: 0 })
    await store.save()

    expect(shown()).toBe('bc|ad')
    expect(outline.changes).toEqual([
      {
        kind: 'sections',
        read_at: 'read 1',
        chapters: [
          { chapter: 1, seen: ['a', 'b', 'c'].map(id), order: ['b', 'c'].map(id) },
          { chapter: 2, seen: [id('d')], order: ['a', 'd'].map(id) },
        ],
      },
    ])
    expect(store.isUnsaved).toBe(false)
  })

  it('sends one request after the other, and the moves meanwhile in one', async () => {
    let free = () => undefined as unknown
    outline.onChange = () =>
      new Promise((resolve) => {
        free = () => resolve(null)
        outline.onChange = () => null
      })
    store.stepSection(id('a'), 1)
    await expect.poll(() => outline.changes.length).toBe(1)
    store.stepSection(id('a'), 1)
    store.stepSection(id('a'), 1)
    store.stepSection(id('a'), 1)
    free()
    await store.save()

    expect(shown()).toBe('bc|da')
    expect(outline.changes).toHaveLength(2)
    expect(outline.changes[1]).toMatchObject({
      read_at: 'after 1',
      chapters: [
        { chapter: 1, seen: ['b', 'a', 'c'].map(id), order: ['b', 'c'].map(id) },
        { chapter: 2, seen: [id('d')], order: ['d', 'a'].map(id) },
      ],
    })
  })

  it('numbers the chapters as the server does', async () => {
    outline.first.chapter = 5
    outline.second.chapter = 3
    store.moveChapter(2, 0)
    await store.save()

    expect(store.state.chapters.map(({ id, chapter }) => [id, chapter])).toEqual([[2, 3], [1, 5]])
    expect(outline.changes).toMatchObject([{ kind: 'chapters', seen: [1, 2], order: [2, 1] }])
  })

  it('shows what somebody else has made of it after a conflict, and says so', async () => {
    outline.conflict('李四 在 10:31 改动了课程大纲')
    outline.first.sections = ['c', 'b', 'a'].map((name) => sectionWith(name))
    store.stepSection(id('a'), 1)
    await store.save()

    expect(shown()).toBe('cba|d')
    expect(store.state).toMatchObject({ problem: '李四 在 10:31 改动了课程大纲', retriable: false, said: '' })
    expect(store.isUnsaved).toBe(false)
  })

  it.each([
    ['a lost connection', () => HttpResponse.error()],
    ['a busy server', () => refuse(503, '服务器忙')],
    ['an ended session', () => refuse(401, '请先登录')],
  ])('keeps what was moved after %s, and sends it again', async (_, answer) => {
    outline.onChange = answer
    store.stepSection(id('a'), 1)
    await store.save()
    expect(shown()).toBe('bac|d')
    expect(store.state.retriable).toBe(true)
    expect(store.isUnsaved).toBe(true)

    outline.onChange = () => null
    await store.save()

    expect(store.isUnsaved).toBe(false)
    expect(store.state).toMatchObject({ problem: '', retriable: false })
  })

  it('adds sections and chapters where the server does, and they are no change to save', async () => {
    await store.addChapter('三')
    await store.addSection(1, '新', 0)

    expect(shown()).toBe('abc新|d|')
    expect(store.isUnsaved).toBe(false)
  })

  it('gives a row another name, and says which one it had', async () => {
    const [chapter] = store.state.chapters
    if (!chapter) throw new Error('There is no chapter.')

    expect(await store.rename('chapter', chapter, '新名字')).toBe(true)

    expect(chapter.name).toBe('新名字')
    expect(outline.changes).toEqual([{ kind: 'rename chapter 1', read_at: 'read 1', was: '一', name: '新名字' }])
  })

  it('keeps the name when it is refused, and offers no order to send again', async () => {
    outline.onChange = () => HttpResponse.error()
    const [chapter] = store.state.chapters
    if (!chapter) throw new Error('There is no chapter.')

    expect(await store.rename('chapter', chapter, '新名字')).toBe(false)

    expect(chapter.name).toBe('一')
    expect(store.state.problem).toContain('网络')
    expect(store.state.retriable).toBe(false)
  })

  it('deletes a section, and a chapter with the sections that the page shows', async () => {
    const section = store.find(id('b'))
    const [chapter] = store.state.chapters
    if (!section || !chapter) throw new Error('There is nothing to delete.')

    await store.removeSection(section)
    expect(shown()).toBe('ac|d')
    await store.removeChapter(chapter)

    expect(shown()).toBe('d')
    expect(store.isUnsaved).toBe(false)
    expect(outline.changes).toEqual([
      { kind: `remove section ${id('b')}`, read_at: 'read 1', was: 'b' },
      { kind: 'remove chapter 1', read_at: 'read 1', was: '一', sections: ['a', 'c'].map(id) },
    ])
  })

  it('says that there is no outline when it cannot be read', async () => {
    const other = new OutlineStore(8)

    await other.load()

    expect(other.state.phase).toBe('failed')
  })
})
