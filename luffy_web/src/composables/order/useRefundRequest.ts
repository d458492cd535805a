import { computed, type ComputedRef } from 'vue'

import { requestRefund } from '@/api/order'
import { useDialogForm, type DialogForm } from '@/composables/base/useDialogForm'
import { useNotice } from '@/composables/base/useNotice'
import { yuan } from '@/format/money'
import type { OrderDetail, RefundOption } from '@/types'

const WHOLE = 'whole'

export interface RefundChoice {
  /** `whole`, or the id of a course. */
  value: string
  label: string
  amount: string
  /** Why the server would refuse it; empty when it is allowed. */
  refusal: string
}

interface RefundRequest extends DialogForm<{ target: string; reason: string }> {
  /** The whole order (of a membership its unused days), and each of its courses when there are several. */
  choices: ComputedRef<RefundChoice[]>
  mayAsk: ComputedRef<boolean>
  /** What the chosen refund would give back, in yuan. */
  amount: ComputedRef<string>
}

const choice = (value: string, name: string, { amount, allowed, why }: RefundOption): RefundChoice => ({
  value,
  label: `${name}，${yuan(amount)}`,
  amount,
  refusal: allowed ? '' : why,
})

/** What may be given back of this order. */
function choicesOf({ courses, membership, refund_options: { whole, lines } }: OrderDetail): RefundChoice[] {
  const each = lines.map(({ course, ...option }) => {
    const name = courses.find(({ id }) => id === course)?.name ?? '课程'
    return choice(String(course), `《${name}》`, option)
  })
  return [choice(WHOLE, membership ? '会员剩余天数' : '整笔订单', whole), ...(each.length > 1 ? each : [])]
}

/** 申请退款 for one course of an order or all of it; `changed` is called after the server has answered. */
export function useRefundRequest(order: () => OrderDetail, changed: () => void): RefundRequest {
  const choices = computed(() => choicesOf(order()))
  const allowed = computed(() => choices.value.filter(({ refusal }) => !refusal))

  const { asked, ask, form } = useDialogForm(
    { target: WHOLE, reason: '' },
    { reason: (value) => (value.trim() ? undefined : '请告诉我们退款的原因') },
    ({ target, reason }) => {
      const course = target === WHOLE ? undefined : Number(target)
      return requestRefund(order().out_trade_no, { reason: reason.trim(), course })
    },
    {
      accepted: () => {
        useNotice().tell('退款申请已提交，我们会尽快处理。')
        changed()
      },
      refused: changed,
    },
    { name: `refund ${order().out_trade_no}` },
  )
  const chosen = computed(() => choices.value.find(({ value }) => value === form.fields.target))

  function askForAllowed() {
    if (chosen.value?.refusal !== '') form.fields.target = allowed.value[0]?.value ?? WHOLE
    ask()
  }

  return {
    choices,
    mayAsk: computed(() => allowed.value.length > 0),
    amount: computed(() => chosen.value?.amount ?? ''),
    asked,
    ask: askForAllowed,
    form,
  }
}
