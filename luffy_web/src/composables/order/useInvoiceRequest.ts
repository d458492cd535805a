import { requestInvoice } from '@/api/order'
import { useForm, type Form } from '@/composables/base/useForm'
import { useNotice } from '@/composables/base/useNotice'
import { plainTaxNumber, taxNumberError } from '@/format/taxNumber'
import { InvoiceKind } from '@/types'

const COMPANY = String(InvoiceKind.Company)

/** The e-mail is where the school sends the document. */
export type InvoiceForm = Form<{ kind: string; title: string; tax_number: string; email: string }>

const isEmail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)

/** 申请发票 for these orders (by number); `changed` is called when the request is in. */
export function useInvoiceRequest(orders: () => string[], changed: () => void): InvoiceForm {
  const form: InvoiceForm = useForm(
    { kind: String(InvoiceKind.Personal), title: '', tax_number: '', email: '' },
    {
      title: (value) => (value.trim() ? undefined : '请填写发票抬头'),
      tax_number: (value) => (form.fields.kind === COMPANY ? taxNumberError(value) : undefined),
      email: (value) => (isEmail(value.trim()) ? undefined : '请输入接收发票的邮箱'),
    },
    async ({ kind, title, tax_number, email }) => {
      if (orders().length === 0) {
        form.message.value = '请至少选择一笔订单。'
        return
      }
      await requestInvoice({
        orders: orders(),
        kind: kind === COMPANY ? InvoiceKind.Company : InvoiceKind.Personal,
        title: title.trim(),
        tax_number: kind === COMPANY ? plainTaxNumber(tax_number) : '',
        email: email.trim(),
      })
      useNotice().tell('发票申请已提交，开具后可以在这里下载。')
      changed()
    },
  )
  return form
}
