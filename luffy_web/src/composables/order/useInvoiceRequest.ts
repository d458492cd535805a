import { computed, ref, type ComputedRef, type WritableComputedRef } from 'vue'

import { requestInvoice } from '@/api/order'
import { useDialogForm, type DialogForm } from '@/composables/base/useDialogForm'
import { useNotice } from '@/composables/base/useNotice'
import { sumOf } from '@/format/money'
import { plainTaxNumber, taxNumberError } from '@/format/taxNumber'
import { InvoiceKind, type InvoiceableOrder } from '@/types'

const COMPANY = String(InvoiceKind.Company)

type InvoiceForm = DialogForm<{ kind: string; title: string; tax_number: string; email: string }>

export interface InvoiceRequest extends InvoiceForm {
  /** The numbers of the orders that the invoice is for; at first all of them. */
  chosen: WritableComputedRef<string[]>
  /** What the invoice will be over, in yuan. */
  amount: ComputedRef<string>
}

const isEmail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)

/** 申请发票 for some of these orders, in a form of this name; `changed` is called after the server has answered. */
export function useInvoiceRequest(
  name: string,
  orders: () => readonly InvoiceableOrder[],
  changed: () => void,
): InvoiceRequest {
  const choice = ref<string[]>([])
  /** Another tab may have asked for some of them. */
  const chosen = computed({
    get: () => choice.value.filter((number) => orders().some(({ out_trade_no }) => out_trade_no === number)),
    set: (numbers) => (choice.value = numbers),
  })

  const amount = computed(() =>
    sumOf(orders().flatMap(({ out_trade_no, amount }) => (chosen.value.includes(out_trade_no) ? [amount] : []))),
  )

  const dialog: InvoiceForm = useDialogForm(
    { kind: String(InvoiceKind.Personal), title: '', tax_number: '', email: '' },
    {
      title: (value) => (value.trim().length > 1 ? undefined : '请填写发票抬头，至少两个字'),
      tax_number: (value) => (dialog.form.fields.kind === COMPANY ? taxNumberError(value) : undefined),
      email: (value) => (isEmail(value.trim()) ? undefined : '请输入接收发票的邮箱'),
    },
    ({ kind, title, tax_number, email }) =>
      requestInvoice({
        orders: chosen.value,
        kind: kind === COMPANY ? InvoiceKind.Company : InvoiceKind.Personal,
        title: title.trim(),
        tax_number: kind === COMPANY ? plainTaxNumber(tax_number) : '',
        email: email.trim(),
      }),
    {
      accepted: () => {
        useNotice().tell('发票申请已提交，开具后可以在这里下载。')
        changed()
      },
      refused: changed,
    },
    { name, choice, ready: () => chosen.value.length > 0 },
  )

  const { asked, ask, form } = dialog

  async function submit() {
    if (chosen.value.length > 0) return form.submit()
    form.message.value = '请至少选择一笔订单。'
  }

  function askForAll() {
    chosen.value = orders().map(({ out_trade_no }) => out_trade_no)
    ask()
  }

  return { asked, ask: askForAll, chosen, amount, form: { ...form, submit } }
}
