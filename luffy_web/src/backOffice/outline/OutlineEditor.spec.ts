import userEvent from '@testing-library/user-event'
import { render, screen, within } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { mediaWith, OutlineServer, sectionWith } from '@/testing/outlineServer'
import { refuse, RULES } from '@/testing/uploadServer'

import { MediaState } from '../server'
import OutlineEditor from './OutlineEditor.vue'
import { SectionType } from './server'
import { INTERVAL } from './useMediaWatch'

describe('OutlineEditor', () => {
  let outline: OutlineServer

  beforeEach(() => {
    outline = new OutlineServer()
  })

  const open = () => render(OutlineEditor, { props: { course: 7, rules: RULES } })
  const chapter = (name: string) => screen.findByRole('listitem', { name })
  const names = (list: HTMLElement) => within(list).getAllByRole('link').slice(1).map(({ textContent }) => textContent)

  it('shows chapters with kind, state and length of each section', async () => {
    outline.first.sections = [
      sectionWith('a', { free_trail: true }),
      sectionWith('b', { media: mediaWith(98, { state: MediaState.Failed, error: '已损坏', playable: false, duration: 0 }) }),
      sectionWith('c', { section_type: SectionType.Document, is_show: false }),
    ]
    open()

    const rows = within(await chapter('第 1 章 一')).getAllByRole('listitem')
    expect(rows[0]).toHaveTextContent(/视频.*a.*可试看.*10:00.*可播放/)
    expect(rows[1]).toHaveTextContent(/失败：已损坏/)
    expect(rows[2]).toHaveTextContent(/文档.*c.*已隐藏.*还没有内容/)
  })

  it('moves a section by keyboard, and the button keeps the focus', async () => {
    open()
    const list = await chapter('第 1 章 一')
    const down = within(list).getByRole('button', { name: '下移 a' })
    down.focus()

    await userEvent.keyboard('{Enter}{Enter}')

    expect(names(list)).toEqual(['b', 'c', 'a'])
    expect(screen.getByRole('button', { name: '下移 a' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    expect(names(await chapter('第 2 章 二'))).toEqual(['a', 'd'])
    expect(screen.getByRole('button', { name: '下移 a' })).toHaveFocus()
    expect(screen.getAllByRole('status')[0]).toHaveTextContent('「a」移到了第 2 章第 1 位')
  })

  it('offers nothing to who may only look', async () => {
    for (const name of Object.keys(outline.rights)) outline.rights[name as keyof typeof outline.rights] = false
    const { container } = open()

    await chapter('第 1 章 一')

    expect(screen.queryByRole('button', { name: /上移|下移|新建|重试|改名|删除/ })).toBeNull()
    expect(container.querySelectorAll('input, [data-section-handle], [data-chapter-handle]')).toHaveLength(0)
  })

  it.each([
    [true, '/admin/learning/quiz/97/change/'],
    [false, '/admin/dashboard/taughtquiz/97/change/'],
  ])('leads to the questions of a quiz: whoever sees the forms of staff (%s) to %s', async (openForms, page) => {
    outline.rights.open_forms = openForms
    outline.first.sections = [sectionWith('a', { section_type: SectionType.Quiz })]
    open()

    const list = await chapter('第 1 章 一')

    expect(within(list).getByRole('link', { name: '编辑 a 的题目' })).toHaveAttribute('href', page)
    expect(screen.getAllByRole('option', { name: '测验' })).not.toHaveLength(0)
  })

  it('gives a section another name in its line, or leaves it by Escape', async () => {
    open()
    const list = await chapter('第 1 章 一')
    await userEvent.click(within(list).getByRole('button', { name: '改名 a' }))
    const field = within(list).getByRole('textbox', { name: '新名称：a' })
    expect(field).toHaveFocus()
    await userEvent.keyboard('x{Escape}')
    expect(names(list)).toEqual(['a', 'b', 'c'])

    await userEvent.click(within(list).getByRole('button', { name: '改名 a' }))
    await userEvent.keyboard('导学{Enter}')

    expect(await within(list).findByRole('link', { name: '导学' })).toBeVisible()
    expect(within(list).getByRole('button', { name: '改名 导学' })).toHaveFocus()
  })

  it('deletes a section after a question', async () => {
    const ask = vi.spyOn(window, 'confirm').mockReturnValue(false)
    open()
    const list = await chapter('第 1 章 一')
    const button = within(list).getByRole('button', { name: '删除 b' })
    await userEvent.click(button)
    expect(names(list)).toEqual(['a', 'b', 'c'])

    ask.mockReturnValue(true)
    await userEvent.click(button)

    await vi.waitFor(() => expect(names(list)).toEqual(['a', 'c']))
  })

  it('folds the sections of a chapter away', async () => {
    open()
    const list = await chapter('第 1 章 一')

    await userEvent.click(within(list).getByRole('button', { name: '收起 第 1 章 一' }))

    expect(within(list).getByText('a')).not.toBeVisible()
    expect(within(list).getByRole('button', { name: '展开 第 1 章 一' })).toHaveAttribute('aria-expanded', 'false')
  })

  it('says at the file why it has become no section, and tries again', async () => {
    outline.onAdd = () => refuse(503, '服务器忙')
    open()
    const list = await chapter('第 1 章 一')
    const field = within(list).getByLabelText('上传视频到 一')

    await userEvent.upload(field, [new File(['0'], '课.mp4', { type: 'video/mp4' })])

    expect(await within(list).findByRole('alert')).toHaveTextContent('课.mp4：课时没有建成：服务器忙')
    await userEvent.click(within(list).getByRole('button', { name: '不再显示 课.mp4' }))
    expect(within(list).queryByRole('alert')).toBeNull()
  })

  it('makes sections of files in the order of their names, but fills one that waits for its file', async () => {
    outline.first.sections = [sectionWith('a', { name: '导学', media: mediaWith(97, { state: MediaState.None }) })]
    open()
    const list = await chapter('第 1 章 一')
    const files = ['第10课.mp4', '第2课.mp4', '导学.mp4'].map((name) => new File(['0'], name, { type: 'video/mp4' }))

    await userEvent.upload(within(list).getByLabelText('上传视频到 一'), files)

    expect(await within(list).findByRole('group', { name: '上传 第10课' })).toBeInTheDocument()
    expect(names(list)).toEqual(['导学', '第2课', '第10课'])
    expect(within(list).getByRole('group', { name: '上传 导学' })).toBeInTheDocument()
  })

  it('asks for all states at once while one is on its way, and then no more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const working = { state: MediaState.Processing, progress: 10, playable: false, duration: 0 }
    outline.first.sections = ['a', 'b'].map((name) => sectionWith(name, { media: mediaWith(name.charCodeAt(0), working) }))
    outline.states = [mediaWith(97, { ...working, progress: 60 }), mediaWith(98, { ...working, progress: 20 })]
    open()
    const rows = within(await chapter('第 1 章 一')).getAllByRole('listitem')
    expect(rows[0]).toHaveTextContent('转码中 10%')

    await vi.advanceTimersByTimeAsync(INTERVAL)
    await vi.waitFor(() => expect(rows[0]).toHaveTextContent('转码中 60%'))
    outline.states = [mediaWith(97), mediaWith(98)]
    await vi.advanceTimersByTimeAsync(INTERVAL)
    await vi.waitFor(() => expect(rows[1]).toHaveTextContent('可播放'))
    await vi.advanceTimersByTimeAsync(10 * INTERVAL)

    expect(outline.polls).toEqual(['97,98', '97,98'])
  })

  it('takes, replaces and removes the subtitles of a section', async () => {
    vi.spyOn(window, 'confirm').mockReturnValue(true)
    open()
    const list = await chapter('第 1 章 一')
    const button = within(list).getByRole('button', { name: '字幕 a' })
    await userEvent.click(button)
    expect(button).toHaveAttribute('aria-expanded', 'true')

    await userEvent.upload(await within(list).findByLabelText('选择English字幕 a'), new File(['1'], 'x.srt'))
    await userEvent.click(await within(list).findByRole('button', { name: '删除English字幕 a' }))

    await vi.waitFor(() => expect(within(list).queryByRole('button', { name: '删除English字幕 a' })).toBeNull())
    expect(outline.changes).toEqual(['97 en 1'])
    outline.onSubtitles = () => refuse(400, '不是有效的字幕文件')
    await userEvent.upload(within(list).getByLabelText('选择English字幕 a'), new File(['2'], 'x.srt'))
    expect(await within(list).findByRole('alert')).toHaveTextContent('不是有效的字幕文件')
  })

  it('gives files of subtitles to the sections that have their names', async () => {
    open()
    const list = await chapter('第 1 章 一')
    const files = ['a.srt', 'a.en.vtt', 'z.srt'].map((name) => new File([name], name))

    await userEvent.upload(within(list).getByLabelText('上传视频到 一'), files)

    expect(await within(list).findByRole('alert')).toHaveTextContent('z.srt：本章没有名为「z」的视频课时')
    expect(outline.changes).toEqual(['97 en a.en.vtt', '97 zh-CN a.srt'])
    expect(screen.getAllByRole('status')[0]).toHaveTextContent('「a」的简体中文字幕已保存，2 条')
  })
})
