import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, type Component } from 'vue'

import { show } from '@/testing/mounting'

import { lazyComponent, quietComponent } from './lazyComponent'
import { useConfirm } from './useConfirm'
import { useNotice } from './useNotice'

const Question = { default: { template: '<p>确定吗？</p>' } }
const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'))

/** As App.vue shows the question of `useConfirm`; the button is busy until it is answered. */
async function aPage(download: () => Promise<{ default: Component }>) {
  const Lazy = lazyComponent(download, () => useConfirm().answer(false))
  const Page = defineComponent({
    components: { Lazy },
    setup: () => {
      const answers: boolean[] = []
      const { confirmation, confirm } = useConfirm()
      return { confirmation, ask: async () => answers.push(await confirm('确定吗？', '标题', '确定')), answers }
    },
    template: '<button @click="ask">取消订单</button><Lazy v-if="confirmation" /><span v-else>没有问题</span>',
  })
  await show(Page)
  return { click: () => userEvent.click(screen.getByRole('button')) }
}

describe('a component that is downloaded later', () => {
  const assign = vi.fn()
  const warnings = () => useNotice().notices.value.filter(({ text }) => text.includes('没有打开'))

  beforeEach(() => {
    useConfirm().answer(false)
    useNotice().notices.value.forEach(({ id }) => useNotice().dismiss(id))
    assign.mockReset()
    vi.stubGlobal('location', { pathname: '/user/orders', search: '?page=2', assign })
    vi.spyOn(console, 'error').mockReturnValue()
    vi.spyOn(console, 'warn').mockReturnValue()
  })

  it('is shown when it has come', async () => {
    const { click } = await aPage(() => Promise.resolve(Question))

    await click()

    expect(await screen.findByText('确定吗？')).toBeVisible()
  })

  it('loads the document anew once when its chunk is gone, and says so the second time', async () => {
    const { click } = await aPage(gone)

    await click()
    await screen.findByText('没有问题')
    expect(assign).toHaveBeenCalledExactlyOnceWith('/user/orders?page=2')
    expect(warnings()).toHaveLength(0)

    await click()
    await vi.waitFor(() => expect(warnings()).toHaveLength(1))
    expect(await screen.findByText('没有问题')).toBeVisible()
    expect(assign).toHaveBeenCalledTimes(1)
  })

  it('says so without a network, frees the button, and comes with the next click', async () => {
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    const download = vi.fn<() => Promise<{ default: Component }>>().mockImplementationOnce(gone).mockResolvedValue(Question)
    const { click } = await aPage(download)

    await click()
    await vi.waitFor(() => expect(warnings()).toHaveLength(1))
    expect(await screen.findByText('没有问题')).toBeVisible()
    expect(assign).not.toHaveBeenCalled()
    online.mockReturnValue(true)
    await click()

    expect(await screen.findByText('确定吗？')).toBeVisible()
  })

  it('is not waited for longer than half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await aPage(() => new Promise(() => undefined))
    const answered = useConfirm().confirm('确定吗？', '标题', '确定')

    await vi.advanceTimersByTimeAsync(30_000)

    expect(await answered).toBe(false)
    expect(warnings()).toHaveLength(1)
    expect(assign).not.toHaveBeenCalled()
  })
})

describe('a component that nobody waits for', () => {
  const shown = async (download: () => Promise<{ default: Component }>) => {
    const warn = vi.spyOn(console, 'error').mockReturnValue()
    const Part = quietComponent(download)
    await show({ render: () => h('div', [h(Part)]) })
    return warn
  }

  it('comes when it is there', async () => {
    await shown(() => Promise.resolve(Question))

    expect(await screen.findByText('确定吗？')).toBeVisible()
  })

  it('is left out where it does not come, and nobody is told', async () => {
    const warn = await shown(gone)

    await vi.waitFor(() => expect(warn).toHaveBeenCalled())
    expect(useNotice().notices.value).toHaveLength(0)
  })
})
