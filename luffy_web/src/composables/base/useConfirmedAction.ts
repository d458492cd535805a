import { useAction, withLogin, type Action } from './useAction'
import { useConfirm, type Confirmation } from './useConfirm'
import { useNotice } from './useNotice'

/**
 * An action that the visitor confirms first, and that `done` reports. `changed` is called after the server
 * has answered: a refusal means that the page is out of date.
 */
export function useConfirmedAction<Args extends unknown[]>(
  { question, title, yes }: Confirmation,
  act: (...args: Args) => Promise<void>,
  done: string,
  changed: () => void,
): Action<Args> {
  const { confirm } = useConfirm()
  const { tell, refuse } = useNotice()

  return useAction(
    async (...args: Args) => {
      if (!(await confirm(question, title, yes))) return
      const isDone = await withLogin(async () => {
        await act(...args)
        return true
      })
      if (isDone) tell(done)
      changed()
    },
    (error) => {
      refuse(error)
      changed()
    },
  )
}
