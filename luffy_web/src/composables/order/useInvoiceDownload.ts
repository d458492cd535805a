import { fetchInvoiceFile } from '@/api/order'
import { device } from '@/composables/base/device'
import { saveAsFile } from '@/composables/base/saveAsFile'
import { useAction, type Action } from '@/composables/base/useAction'
import { useNotice } from '@/composables/base/useNotice'
import type { Invoice } from '@/types'

/** Downloads the document of an issued invoice. WeChat's browser keeps no files. */
export function useInvoiceDownload(): Action<[invoice: Invoice]> {
  return useAction(async ({ id, number }) => {
    if (device() === 'wechat') {
      return useNotice().warn('微信里不能保存文件，请点右上角的 ···，选择「在浏览器打开」后再下载。')
    }
    saveAsFile(`发票-${number}.pdf`, await fetchInvoiceFile(id))
  })
}
