import type { ApiError } from '@/api/errors'
import { withdrawRefund } from '@/api/order'
import { useAction, type Action } from '@/composables/base/useAction'
import { useConfirm } from '@/composables/base/useConfirm'
import { useNotice } from '@/composables/base/useNotice'
import type { Refund } from '@/types'

/** 撤回: withdraws a request that nobody has decided yet; `changed` is called after the server has answered. */
export function useRefundWithdrawal(outTradeNo: () => string, changed: () => void): Action<[refund: Refund]> {
  const { confirm } = useConfirm()
  const { tell, refuse } = useNotice()

  return useAction(
    async ({ course }) => {
      const sure = await confirm('撤回后这笔退款不再处理，您可以继续学习。确定撤回吗？', '撤回退款申请', '撤回申请')
      if (!sure) return
      await withdrawRefund(outTradeNo(), course)
      tell('退款申请已撤回。')
      changed()
    },
    (error: ApiError) => {
      refuse(error)
      changed()
    },
  )
}
