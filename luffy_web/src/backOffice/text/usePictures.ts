import { ref, type Ref } from 'vue'

import { ApiError } from '@/api/errors'

import { PICTURE_TYPES, uploadPicture, type StoredPicture } from './server'

const WRONG_TYPE = '请选择 JPG、PNG、WebP 或 GIF 图片。'

/** Uploads pictures of a text, and says how it goes. */
export function usePictures(): {
  status: Ref<string>
  error: Ref<string>
  upload: (file: File) => Promise<StoredPicture | undefined>
} {
  const status = ref('')
  const error = ref('')

  async function upload(file: File) {
    error.value = ''
    if (!PICTURE_TYPES.includes(file.type)) {
      error.value = WRONG_TYPE
      return undefined
    }
    status.value = `正在上传图片 ${file.name}…`
    try {
      return await uploadPicture(file)
    } catch (caught) {
      error.value = caught instanceof ApiError ? (caught.about('file') ?? caught.msg) : '图片没有上传成功，请稍后再试。'
      return undefined
    } finally {
      status.value = ''
    }
  }

  return { status, error, upload }
}
