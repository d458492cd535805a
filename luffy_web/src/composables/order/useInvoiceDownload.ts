import { fetchInvoiceFile } from '@/api/order'
import { saveAsFile } from '@/composables/base/saveAsFile'
import { useAction, type Action } from '@/composables/base/useAction'
import type { Invoice } from '@/types'

/** Downloads the document of an issued invoice. */
export function useInvoiceDownload(): Action<[invoice: Invoice]> {
  return useAction(async ({ id, number }) => {
    saveAsFile(`发票-${number}.pdf`, await fetchInvoiceFile(id))
  })
}
