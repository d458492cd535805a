/** Accepted video formats: the file extension and its content types, as the server renders them. */
export type VideoTypes = Record<string, string[]>

/** What the server accepts as a section's video. */
export interface FileRules {
  types: VideoTypes
  maxBytes: number
}

const MAX_NAME_LENGTH = 200

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

/** MP4、MKV 或 FLV */
export const formatNames = (types: VideoTypes): string =>
  Object.keys(types)
    .map((extension) => extension.toUpperCase())
    .join('、')
    .replace(/、([^、]*)$/, ' 或 $1')

/** The `accept` attribute of a file field. */
export const acceptOf = (types: VideoTypes): string =>
  Object.entries(types).flatMap(([extension, contentTypes]) => [`.${extension}`, ...contentTypes]).join()

/** Why the server would refuse this file as a video; null when it looks acceptable. The server also checks the content. */
export function objection({ name, size }: { name: string; size: number }, { types, maxBytes }: FileRules): string | null {
  const extension = name.split('.').at(-1)?.toLowerCase() ?? ''
  if (extension === 'm3u8') return '请上传 MP4 视频，系统会自动生成多种清晰度。'
  if (!name.includes('.') || !(extension in types)) return `请选择 ${formatNames(types)} 格式的视频。`
  if (size === 0) return '这个文件是空的，请检查后重新选择。'
  if (size > maxBytes) return `这个文件有 ${bytes(size)}，超过了 ${bytes(maxBytes)} 的上限，请压缩或分段后再传。`
  if (name.length > MAX_NAME_LENGTH) return `文件名太长了，请改到 ${MAX_NAME_LENGTH} 个字以内。`
  return null
}
