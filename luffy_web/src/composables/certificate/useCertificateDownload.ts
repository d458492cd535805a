import { fetchCertificateFile } from '@/api/certificate'
import { device } from '@/composables/base/device'
import { saveAsFile } from '@/composables/base/saveAsFile'
import { useAction, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'
import type { Certificate } from '@/types'

/** Downloads a certificate. WeChat's browser keeps no files. */
export function useCertificateDownload(): Action<[certificate: Certificate]> {
  return useAction(async ({ number, course_name }) => {
    if (device() === 'wechat') {
      return useNotice().warn('微信里不能保存文件，请点右上角的 ···，选择「在浏览器打开」后再下载。')
    }
    saveAsFile(`结课证书-${course_name}.pdf`, await fetchCertificateFile(number))
  })
}
