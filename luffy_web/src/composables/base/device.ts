import type { Device } from '@/types'

/** Where the visitor is, by the names that the browser gives itself: inside WeChat, on a phone, or else. */
export function device(): Device {
  const { userAgent } = navigator
  if (userAgent.includes('MicroMessenger')) return 'wechat'
  return /Android|iPhone|iPod|Mobile|HarmonyOS/.test(userAgent) ? 'phone' : 'desktop'
}
