const TYPES = ['mp4', 'flv']
const LONGEST_NAME = 200

/** 1536 → 1.5 KB */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let size = count
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1
  return `${size.toFixed(digits)} ${units[unit]}`
}

/** Why this file cannot be a section's film, or nothing. The server looks again, at the content. */
export function objection({ name, size }: { name: string; size: number }, maxBytes: number): string | null {
  const type = name.split('.').at(-1)?.toLowerCase() ?? ''
  if (type === 'm3u8') return '请上传 MP4 视频，系统会自动生成多种清晰度。'
  if (!name.includes('.') || !TYPES.includes(type)) return '请选择 MP4 或 FLV 格式的视频。'
  if (size === 0) return '这个文件是空的，请检查后重新选择。'
  if (size > maxBytes) return `这个文件有 ${bytes(size)}，超过了 ${bytes(maxBytes)} 的上限，请压缩或分段后再传。`
  if (name.length > LONGEST_NAME) return `文件名太长了，请改到 ${LONGEST_NAME} 个字以内。`
  return null
}
