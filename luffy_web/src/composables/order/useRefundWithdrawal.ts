import { withdrawRefund } from '@/api/order'
import type { Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'
import type { Refund } from '@/types'

/** 撤回: withdraws a request that nobody has decided yet; `changed` is called after the server has answered. */
export const useRefundWithdrawal = (outTradeNo: () => string, changed: () => void): Action<[refund: Refund]> =>
  useConfirmedAction(
    { title: '撤回退款申请', question: '撤回后这笔退款不再处理，您可以继续学习。确定撤回吗？', yes: '撤回申请' },
    ({ course }) => withdrawRefund(outTradeNo(), course),
    '退款申请已撤回。',
    changed,
  )
