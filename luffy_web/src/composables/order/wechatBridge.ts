import type { JsapiParameters } from '@/types'

/** How a payment ended in WeChat's own window; `paid` proves nothing, so the server is asked. `silent`: WeChat has not said. */
export type BridgeOutcome = 'paid' | 'cancelled' | 'failed' | 'silent'

interface WeixinBridge {
  invoke: (name: string, parameters: JsapiParameters, done: (answer: { err_msg: string }) => void) => void
}

declare global {
  interface Window {
    /** Put there by WeChat's browser, some time after the page has loaded. */
    WeixinJSBridge?: WeixinBridge
  }
}

const READY = 'WeixinJSBridgeReady'
/** Milliseconds to wait for the bridge. */
const TIMEOUT = 5000
/** Milliseconds to wait for the end of the payment: the buyer may have to add a bank card, with a text message. */
const PAYMENT_TIMEOUT = 180_000

const OUTCOMES: Record<string, BridgeOutcome> = {
  'get_brand_wcpay_request:ok': 'paid',
  'get_brand_wcpay_request:cancel': 'cancelled',
}

function bridge(): Promise<WeixinBridge | undefined> {
  if (window.WeixinJSBridge) return Promise.resolve(window.WeixinJSBridge)
  return new Promise((resolve) => {
    function found() {
      clearTimeout(timer)
      document.removeEventListener(READY, found)
      resolve(window.WeixinJSBridge)
    }
    document.addEventListener(READY, found)
    const timer = setTimeout(found, TIMEOUT)
  })
}

/**
 * Opens WeChat's own payment window (JSAPI) with parameters that the server has signed.
 * Source: "JSAPI 调起支付" of WeChat Pay's manual.
 */
export async function payInWeChat(parameters: JsapiParameters): Promise<BridgeOutcome> {
  const found = await bridge()
  if (!found) return 'failed'
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('silent'), PAYMENT_TIMEOUT)
    found.invoke('getBrandWCPayRequest', parameters, ({ err_msg }) => {
      clearTimeout(timer)
      resolve(OUTCOMES[err_msg] ?? 'failed')
    })
  })
}
