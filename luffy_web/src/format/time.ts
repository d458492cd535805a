const two = (value: number) => String(value).padStart(2, '0')

/** 75 → 01:15, 3675 → 1:01:15 */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** The time left, from seconds: 2天 03:04:05 */
export function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const days = Math.floor(whole / 86_400)
  const time = [whole % 86_400 / 3600, (whole % 3600) / 60, whole % 60]
    .map((part) => two(Math.floor(part)))
    .join(':')
  return days > 0 ? `${days}天 ${time}` : time
}

/** A waiting time in words, from seconds: 60 秒, 4 分 32 秒, 5 分钟, 2 小时 */
export function waitFor(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 120) return `${whole} 秒`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return whole % 60 ? `${minutes} 分 ${whole % 60} 秒` : `${minutes} 分钟`
  return minutes % 60 ? `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分` : `${minutes / 60} 小时`
}

/** The day as the school counts it, which is also printed: the API tells times in the school's time zone. */
export const schoolDay = (iso: string): string => iso.slice(0, 10)

/** 2026-11-22 17:05, in the visitor's own time zone. */
export function dateTime(iso: string): string {
  const date = new Date(iso)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}
