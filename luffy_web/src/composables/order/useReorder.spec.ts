import { beforeEach, describe, expect, it, vi } from 'vitest'

import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import { run } from '@/testing/mounting'
import { anOrder } from '@/testing/samples'
import { answer } from '@/testing/server'

import { useReorder } from './useReorder'

const leaveFor = vi.hoisted(() => vi.fn())
vi.mock('@/composables/base/useLeave', () => ({ useLeave: () => ({ leaveFor }) }))

const PLACED = { status: 201, data: anOrder(), extra: { pay_url: '/cashier/3', out_trade_no: '01N' } }
const DEARER = { status: 409, code: 4001, msg: '价格有误', errors: { total_amount: ['129.00'] } }

describe('useReorder', () => {
  beforeEach(() => {
    leaveFor.mockReset()
  })
  const reorder = async () => (await run(useReorder, { loggedIn: true })).result

  it('orders the same courses at the same price', async () => {
    const placed = answer('post', 'order/pay/', PLACED)
    const { run: order } = await reorder()

    await order(anOrder())

    expect(placed[0]?.body).toMatchObject({ courses: [9], total_amount: '99.00' })
    expect(leaveFor).toHaveBeenCalledWith('/cashier/3')
  })

  it('orders the rest of the same package', async () => {
    const placed = answer('post', 'order/pay/', PLACED)
    const { run: order } = await reorder()
    const [line] = anOrder().courses

    await order(anOrder())
    if (line) await order(anOrder({ courses: [{ ...line, package: 5, package_name: '数据全程' }] }))

    expect(placed.map(({ body }) => (body as { package?: number }).package)).toEqual([undefined, 5])
  })

  it('asks before it orders at another price', async () => {
    const replies = [DEARER, PLACED]
    const placed = answer('post', 'order/pay/', () => replies.shift() ?? PLACED)
    const { run: order } = await reorder()

    const done = order(anOrder())
    await vi.waitFor(() => expect(useConfirm().confirmation.value?.question).toContain('¥129.00'))
    expect(placed).toHaveLength(1)
    useConfirm().answer(true)
    await done

    expect(placed.map(({ body }) => (body as { total_amount: string }).total_amount)).toEqual(['99.00', '129.00'])
    expect(leaveFor).toHaveBeenCalledWith('/cashier/3')
  })

  it('asks before it orders for a shorter study period', async () => {
    const why = '《Python 爬虫实战》的学习期限现在是 3 个月，没有下单，请确认后再购买'
    const replies = [{ status: 409, code: 4001, msg: why, errors: { study_months: [why] } }, DEARER, PLACED]
    const placed = answer('post', 'order/pay/', () => replies.shift() ?? PLACED)
    const { run: order } = await reorder()

    const done = order(anOrder())
    await vi.waitFor(() => expect(useConfirm().confirmation.value?.question).toContain('3 个月'))
    useConfirm().answer(true)
    await vi.waitFor(() => expect(useConfirm().confirmation.value?.question).toContain('¥129.00'))
    useConfirm().answer(true)
    await done

    expect(placed[0]?.body).toMatchObject({ study_months: [null] })
    expect(placed[2]?.body).toMatchObject({ total_amount: '129.00' })
    expect(placed[2]?.body).not.toHaveProperty('study_months')
  })

  it('asks no question when other courses of a package are left to pay', async () => {
    const errors = { courses: ['套餐内容刚刚有变化'], total_amount: ['60.00'] }
    const placed = answer('post', 'order/pay/', { status: 409, code: 4001, msg: '套餐内容刚刚有变化', errors })
    const { run: order } = await reorder()

    await order(anOrder())

    expect(placed).toHaveLength(1)
    expect(useNotice().notices.value.at(-1)?.text).toContain('套餐内容刚刚有变化')
  })

  it('orders nothing when the new price is declined', async () => {
    const placed = answer('post', 'order/pay/', DEARER)
    const { run: order } = await reorder()

    const done = order(anOrder())
    await vi.waitFor(() => expect(useConfirm().confirmation.value).not.toBeNull())
    useConfirm().answer(false)
    await done

    expect(placed).toHaveLength(1)
    expect(leaveFor).not.toHaveBeenCalled()
  })

  it('tells any other refusal', async () => {
    answer('post', 'order/pay/', { status: 409, code: 4003, msg: '课程暂未开放购买。' })
    const { run: order } = await reorder()

    await order(anOrder())

    expect(useNotice().notices.value.at(-1)?.text).toBe('课程暂未开放购买。')
  })
})
