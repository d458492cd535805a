import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'

import { server } from '@/testing/server'
import { refuse } from '@/testing/uploadServer'

import { mountTexts } from './mountTexts'

const ok = (data: unknown, status = 200) => HttpResponse.json({ code: 100, msg: '成功', data }, { status })

/** A form as the server renders it, with a text of this format. */
function page(format: string, text: string, second = '') {
  const option = (value: string, label: string) => `<option value="${value}" ${value === format ? 'selected' : ''}>${label}</option>`
  document.body.innerHTML = `<form>
    <label for="f">文字格式：</label><span data-text-format>
      <select id="f" name="content_format">${option('html', '富文本')}${option('markdown', 'Markdown')}</select>
      <span data-text-switch><select name="content_format-switch">
        <option value=""></option><option value="convert"></option><option value="keep"></option>
      </select></span></span>
    <label for="a">文字内容：</label><div data-rich-text data-max="9"><textarea id="a" name="content"></textarea></div>
    <label for="b">参考答案：</label><div data-rich-text data-max="9"><textarea id="b" name="answer"></textarea></div>
  </form>`
  area('content').value = text
  area('answer').value = second
  mountTexts()
}

const area = (name: string) => document.querySelector<HTMLTextAreaElement>(`textarea[name=${name}]`) as HTMLTextAreaElement
const select = (name: string) => document.querySelector<HTMLSelectElement>(`select[name=${name}]`) as HTMLSelectElement
const toolbar = () => screen.getByRole('toolbar', { name: '文字内容的格式' })

describe('texts of a form', () => {
  let asked: unknown[]

  beforeEach(() => {
    asked = []
    server.use(
      http.post('*/api/v1/text/conversion/', async ({ request }) => {
        asked.push(await request.json())
        return ok({ text: '<p>转换后</p>', html: '<p>转换后</p>', removed: '标签 script' })
      }),
    )
  })

  it('opens an editor in the place of the field, which keeps what is sent', async () => {
    page('html', '一\n二')

    const box = await screen.findByRole('textbox', { name: '文字内容' })
    expect(box.innerHTML).toBe('<p>一<br>二</p>')
    expect(area('content')).not.toBeVisible()
    expect(area('content').value).toBe('一\n二')

    await userEvent.click(within(toolbar()).getByRole('button', { name: '项目列表' }))

    expect(area('content').value).toBe('<ul><li><p>一<br>二</p></li></ul>')
  })

  it('is one stop of the Tab key, and the arrows go from tool to tool', async () => {
    page('html', '<p>一</p>')
    await waitFor(toolbar)
    const tools = [...toolbar().querySelectorAll<HTMLElement>('select, button')]

    tools[0]?.focus()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}')
    expect(within(toolbar()).getByRole('button', { name: '图片' })).toHaveFocus()
    await userEvent.keyboard('{End}')
    expect(within(toolbar()).getByRole('button', { name: '清除格式' })).toHaveFocus()
    await userEvent.keyboard('{ArrowRight}')

    expect(tools[0]).toHaveFocus()
    expect(tools.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1)
  })

  it('asks what happens to the texts, shows the result, and takes it', async () => {
    page('markdown', '# 一', '# 二')

    await userEvent.selectOptions(select('content_format'), 'html')

    expect(select('content_format')).toHaveValue('markdown')
    const dialog = await screen.findByRole('dialog', { name: '改为富文本：已有的文字怎么办？' })
    expect(await within(dialog).findByRole('region', { name: '参考答案的预览' })).toHaveTextContent('转换后')
    expect(within(dialog).getAllByText('转换时会去掉：标签 script')).toHaveLength(2)
    expect(area('content').value).toBe('# 一')

    await userEvent.click(within(dialog).getByRole('button', { name: '使用转换后的文字' }))

    expect(area('content').value).toBe('<p>转换后</p>')
    expect(select('content_format')).toHaveValue('html')
    expect(select('content_format-switch')).toHaveValue('keep')
    expect(await screen.findByRole('textbox', { name: '文字内容' })).toHaveTextContent('转换后')
    expect(asked).toContainEqual({ text: '# 一', from_format: 'markdown', to_format: 'html' })
  })

  it('keeps the texts as they are, or the format', async () => {
    page('markdown', '# 一')

    await userEvent.selectOptions(select('content_format'), 'html')
    await userEvent.click(await screen.findByRole('button', { name: '取消' }))
    expect(select('content_format')).toHaveValue('markdown')
    expect(select('content_format-switch')).toHaveValue('')

    await userEvent.selectOptions(select('content_format'), 'html')
    await userEvent.click(await screen.findByRole('button', { name: '原样保留文字' }))
    expect(select('content_format')).toHaveValue('html')
    expect(select('content_format-switch')).toHaveValue('keep')
    expect(area('content').value).toBe('# 一')
  })

  it('says that a conversion has failed, and keeps the text', async () => {
    server.use(http.post('*/api/v1/text/conversion/', () => refuse(400, '文字太长，或层次太深，不能自动转换')))
    page('markdown', '# 一')

    await userEvent.selectOptions(select('content_format'), 'html')

    expect(await screen.findByRole('alert')).toHaveTextContent('不能自动转换')
    expect(screen.getByRole('button', { name: '使用转换后的文字' })).toBeDisabled()
    expect(area('content').value).toBe('# 一')
  })

  it('asks nothing where there is no text', async () => {
    page('markdown', ' ')

    await userEvent.selectOptions(select('content_format'), 'html')

    expect(select('content_format')).toHaveValue('html')
    expect(asked).toEqual([])
  })

  it('puts an uploaded picture into the text, with what it shows in words', async () => {
    server.use(http.post('*/api/v1/text/picture/', () => ok({ src: '/media/a.png', width: 4, height: 3 }, 201)))
    page('html', '<p>一</p>')
    await waitFor(toolbar)

    await userEvent.click(within(toolbar()).getByRole('button', { name: '图片' }))
    await userEvent.type(screen.getByLabelText('图片说明（给看不到图片的人）'), '结构图')
    await userEvent.upload(screen.getByLabelText('图片文件'), new File(['x'], 'a.png', { type: 'image/png' }))
    await userEvent.click(screen.getByRole('button', { name: '上传并插入' }))

    await waitFor(() => expect(area('content').value).toContain('<img src="/media/a.png" alt="结构图" width="4" height="3">'))
    expect(screen.queryByLabelText('图片文件')).toBeNull()
  })

  it('says why a picture was not taken', async () => {
    server.use(http.post('*/api/v1/text/picture/', () => refuse(400, '图片尺寸过大，请缩小后再上传')))
    page('markdown', '# 一')

    await userEvent.upload(screen.getAllByLabelText('插入图片')[0] as HTMLElement, new File(['x'], 'a.png', { type: 'image/png' }))

    expect(await screen.findByRole('alert')).toHaveTextContent('图片尺寸过大')
    expect(area('content').value).toBe('# 一')
  })

  it('shows what Markdown becomes', async () => {
    page('markdown', '# 一')

    await userEvent.click(screen.getAllByRole('button', { name: '预览' })[0] as HTMLElement)

    expect(await screen.findByRole('region', { name: '文字内容的预览' })).toHaveTextContent('转换后')
    expect(screen.getByText('网站上不会显示：标签 script')).toBeVisible()
  })

  it('leaves a form without the field of the format alone', () => {
    document.body.innerHTML = '<form><div data-rich-text><textarea>x</textarea></div></form>'

    mountTexts()

    expect(document.querySelector('textarea')).toBeVisible()
    expect(screen.queryByRole('toolbar')).toBeNull()
  })
})
