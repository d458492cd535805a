import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import { useCashierDialog } from '@/composables/order/useCashierDialog'
import { aPayment } from '@/testing/samples'

import { installNavigation } from './navigation'

const page = { template: '<p>page</p>' }
const broken = () => Promise.reject(new Error('Failed to fetch dynamically imported module'))

function aRouter() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: page },
      { path: '/other', component: page },
      { path: '/broken', component: broken },
    ],
  })
  installNavigation(router)
  return router
}

describe('navigation', () => {
  const assign = vi.fn()

  beforeEach(() => {
    document.body.innerHTML = '<a href="/other" id="link">link</a><main id="content" tabindex="-1"></main>'
    sessionStorage.clear()
    assign.mockReset()
    vi.stubGlobal('location', { ...window.location, assign })
  })

  it('moves the focus to a new page, and leaves it where only the query changes', async () => {
    const router = aRouter()
    await router.push('/')
    expect(document.activeElement).toBe(document.body)

    await router.push('/other')
    expect(document.activeElement?.id).toBe('content')

    document.getElementById('link')?.focus()
    await router.push('/other?page=2')
    expect(document.activeElement?.id).toBe('link')
  })

  it('takes a question and a QR code along when their page is left', async () => {
    const router = aRouter()
    await router.push('/')
    const sure = useConfirm().confirm('确定取消这个订单吗？', '取消订单', '取消订单')
    const back = useCashierDialog().show({ kind: 'qr_code', payment: aPayment({ qr_code: 'weixin://1' }) })

    await router.push('/?page=2')
    expect(useCashierDialog().dialog.value).not.toBeNull()
    expect(useConfirm().confirmation.value).not.toBeNull()
    await router.push('/other')

    expect(await Promise.all([sure, back])).toEqual([false, false])
    expect([useConfirm().confirmation.value, useCashierDialog().dialog.value]).toEqual([null, null])
  })

  it('loads the document anew once when a page of an older build is gone', async () => {
    const router = aRouter()
    await router.push('/')

    await router.push('/broken').catch(() => undefined)
    expect(assign).toHaveBeenCalledExactlyOnceWith('/broken')

    await router.push('/broken').catch(() => undefined)
    expect(assign).toHaveBeenCalledTimes(1)
    expect(useNotice().notices.value.at(-1)?.text).toContain('页面没有打开')
  })

  it('says so when there is no network', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    const router = aRouter()
    await router.push('/')

    await router.push('/broken').catch(() => undefined)

    expect(assign).not.toHaveBeenCalled()
    expect(useNotice().notices.value.at(-1)?.text).toContain('请检查网络')
  })
})
