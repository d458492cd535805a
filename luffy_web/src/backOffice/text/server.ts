import { request } from '../server'

export type TextFormat = 'html' | 'markdown'

/** `src` is the address for the text, width and height in pixels. */
export interface StoredPicture {
  src: string
  width: number
  height: number
}

/** A text in another format; `html` is sanitised, `removed` names what is lost, blank for nothing. */
export interface Conversion {
  text: string
  html: string
  removed: string
}

export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif']

export function uploadPicture(file: File): Promise<StoredPicture> {
  const form = new FormData()
  form.set('file', file)
  return request('POST', '/api/v1/text/picture/', form)
}

/** To the same format it is a look at the result. */
export const convertText = (text: string, source: TextFormat, target: TextFormat): Promise<Conversion> =>
  request('POST', '/api/v1/text/conversion/', { text, from_format: source, to_format: target })
