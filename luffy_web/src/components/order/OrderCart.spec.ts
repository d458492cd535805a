import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { defineComponent } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import CourseBuyBox from '@/components/course/CourseBuyBox.vue'
import { useCart } from '@/composables/order/useCart'
import { show } from '@/testing/mounting'
import { aCartItem, aCoupon, aDetail, pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'
import type { CartItem } from '@/types'

import OrderCart from './OrderCart.vue'

const CART = 'order/cart/'
const QUOTE = 'promotion/coupon/quote/'
const cart = (...items: CartItem[]) => answer('get', CART, { data: items })
const open = () => show(OrderCart, { loggedIn: true })
const summary = () => screen.getByRole('region', { name: '结算' })
const pay = () => userEvent.click(screen.getByRole('button', { name: '去结算' }))
const PRICE_CHANGED = { status: 409, msg: '价格有误', errors: { total_amount: ['150.00'] } }

describe('the cart', () => {
  beforeEach(() => {
    answer('get', 'order/', { data: pageOf([]) })
  })

  it('asks once where it is the first page, and again for who comes back to it', async () => {
    const asked = cart(aCartItem())
    const { unmount } = await open()
    await screen.findByRole('checkbox', { name: '购买 Python 爬虫实战' })
    expect(asked).toHaveLength(1)

    const Other = defineComponent({ setup: () => (useCart(), () => null) })
    await show(Other, { loggedIn: true })
    unmount()
    await open()
    await vi.waitFor(() => expect(asked).toHaveLength(2))
  })

  it('orders what is chosen at the prices shown, in one order', async () => {
    cart(aCartItem(), aCartItem({ id: 10, name: '数据分析', real_price: '50.90' }), aCartItem({ id: 11, real_price: '1.00' }))
    const orders = answer('post', 'order/pay/', PRICE_CHANGED)
    await open()

    await userEvent.click((await screen.findAllByRole('checkbox', { name: '购买 Python 爬虫实战' }))[1] as HTMLElement)
    expect(summary()).toHaveTextContent('已选 2 门合计¥149.90')
    await pay()

    await vi.waitFor(() => expect(orders).toHaveLength(1))
    expect(orders[0]?.body).toMatchObject({
      subject: 'Python 爬虫实战 等 2 门课程',
      courses: [9, 10],
      total_amount: '149.90',
    })
    expect(await screen.findByRole('alert')).toHaveTextContent('没有产生任何扣款')
  })

  it('puts the best coupon for them on the order, and asks again for other courses', async () => {
    cart(aCartItem(), aCartItem({ id: 10, name: '数据分析' }))
    const asked = answer('post', QUOTE, ({ body }) => ({
      data: (body as { courses: number[] }).courses.length > 1
        ? [{ id: 7, coupon: aCoupon(), amount: '20.00', total_amount: '178.00', why: '' }]
        : [],
    }))
    const orders = answer('post', 'order/pay/', PRICE_CHANGED)
    await open()

    expect(await screen.findByText(/用券后实付/)).toHaveTextContent('¥178')
    await pay()
    await vi.waitFor(() => expect(orders[0]?.body).toMatchObject({ coupon: 7, total_amount: '178.00' }))

    await userEvent.click(screen.getByRole('checkbox', { name: '购买 数据分析' }))

    await vi.waitFor(() => expect(asked.at(-1)?.body).toEqual({ courses: [9] }))
    await vi.waitFor(() => expect(summary()).toHaveTextContent('合计¥99.00'))
  })

  it('says what became of each course, and what there is to do', async () => {
    cart(
      aCartItem({ price_seen: '120.00' }),
      aCartItem({ id: 10, name: '待付', state: 'pending', state_name: '订单待支付', out_trade_no: '01M' }),
      aCartItem({ id: 13, name: '核对', state: 'checking', state_name: '线下付款核对中', out_trade_no: '01N' }),
      aCartItem({ id: 11, name: '下架', state: 'gone', state_name: '已下架', real_price: null }),
      aCartItem({ id: 12, name: '已有', state: 'owned', state_name: '已拥有' }),
    )
    const cleared = answer('delete', CART, { data: [aCartItem()] })
    await open()

    const row = async (name: string) => within(await screen.findByRole('article', { name }))
    expect((await row('Python 爬虫实战')).getByText('加入时 ¥120，降价了')).toBeVisible()
    expect((await row('待付')).getByRole('link', { name: '去支付' })).toHaveAttribute('href', '/user/orders/01M')
    expect((await row('核对')).getByRole('link', { name: '查看订单' })).toHaveAttribute('href', '/user/orders/01N')
    expect((await row('核对')).getByRole('checkbox')).toBeDisabled()
    expect((await row('下架')).getByRole('checkbox')).toBeDisabled()
    expect((await row('已有')).getByRole('link', { name: '立即学习' })).toBeVisible()
    expect(summary()).toHaveTextContent('已选 1 门')

    await userEvent.click(screen.getByRole('button', { name: '清理不能购买的 2 门' }))

    await vi.waitFor(() => expect(screen.queryByRole('article', { name: '已有' })).toBeNull())
    expect(cleared).toHaveLength(1)
  })

  it('sells a member what the membership opens only if it is wanted', async () => {
    cart(aCartItem(), aCartItem({ id: 10, name: '会员课', member_free: true }))
    await open()

    const row = within(await screen.findByRole('article', { name: '会员课' }))
    expect(row.getByText('会员期内可免费学习')).toBeVisible()
    expect(summary()).toHaveTextContent('已选 1 门')

    await userEvent.click(row.getByRole('checkbox'))

    await vi.waitFor(() => expect(summary()).toHaveTextContent('已选 2 门'))
  })

  it('takes a course out, and is empty then', async () => {
    cart(aCartItem())
    const removed = answer('delete', `${CART}9/`, { data: [] })
    await open()

    await userEvent.click(await screen.findByRole('button', { name: '移出 Python 爬虫实战' }))

    expect(await screen.findByText('选课车还是空的。')).toBeVisible()
    expect(removed).toHaveLength(1)
  })

  it('is filled from the page of a course, which then leads to it', async () => {
    cart()
    const added = answer('post', CART, { status: 201, data: [aCartItem()] })
    await show(CourseBuyBox, { loggedIn: true, props: { course: aDetail(), reload: vi.fn() } })

    await userEvent.click(screen.getByRole('button', { name: '加入选课车' }))

    expect(await screen.findByRole('link', { name: '已在选课车，去结算' })).toHaveAttribute('href', '/cart')
    expect(added[0]?.body).toEqual({ course: 9 })
  })
})
