import { afterEach, describe, expect, it, vi } from 'vitest'

import { payInWeChat } from './wechatBridge'

const PARAMETERS = {
  appId: 'wx1',
  timeStamp: '1764300000',
  nonceStr: 'n',
  package: 'prepay_id=wx2',
  signType: 'RSA',
  paySign: 's',
}

/** WeChat's side of the bridge. */
const bridge = (err_msg: string) => ({ invoke: vi.fn((_name, _parameters, done) => done({ err_msg })) })

describe('payInWeChat', () => {
  afterEach(() => {
    delete window.WeixinJSBridge
  })

  it.each([
    ['get_brand_wcpay_request:ok', 'paid'],
    ['get_brand_wcpay_request:cancel', 'cancelled'],
    ['get_brand_wcpay_request:fail', 'failed'],
    ['system:function_not_exist', 'failed'],
  ])('takes %s for %s', async (err_msg, outcome) => {
    const weixin = (window.WeixinJSBridge = bridge(err_msg))

    expect(await payInWeChat(PARAMETERS)).toBe(outcome)
    expect(weixin.invoke).toHaveBeenCalledWith('getBrandWCPayRequest', PARAMETERS, expect.any(Function))
  })

  it('waits for a bridge that comes after the page, and for nothing then', async () => {
    vi.useFakeTimers()
    const outcome = payInWeChat(PARAMETERS)
    window.WeixinJSBridge = bridge('get_brand_wcpay_request:ok')
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))

    expect(await outcome).toBe('paid')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives up when the bridge never answers, and not while the buyer may be paying', async () => {
    vi.useFakeTimers()
    window.WeixinJSBridge = { invoke: vi.fn() }
    const outcome = vi.fn()
    void payInWeChat(PARAMETERS).then(outcome)

    await vi.advanceTimersByTimeAsync(179_000)
    expect(outcome).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1000)

    expect(outcome).toHaveBeenCalledExactlyOnceWith('silent')
  })

  it('gives up when there is none', async () => {
    vi.useFakeTimers()
    const outcome = payInWeChat(PARAMETERS)

    await vi.advanceTimersByTimeAsync(5000)

    expect(await outcome).toBe('failed')
  })
})
