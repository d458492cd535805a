import { markDone } from '@/api/course'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'

/** Marks a document or an exercise as read; `done` is called when the server has it. */
export function useMarkDone(sectionId: () => number, done: () => void): Action {
  return useAction(async () => {
    await withLogin(async () => {
      await markDone(sectionId())
      done()
    })
  })
}
