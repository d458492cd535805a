import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

import {
  acceptAnswer,
  answerQuestion,
  changeAnswer,
  changeQuestion,
  deleteAnswer,
  deleteQuestion,
  fetchAnswers,
  fetchQuestion,
  reportPost,
  type Marked,
} from '@/api/community'
import type { ApiError } from '@/api/errors'
import { useAction, withLogin, type Action } from '@/composables/base/useAction'
import { useConfirmedAction } from '@/composables/base/useConfirmedAction'
import { useLoad } from '@/composables/base/useLoad'
import { useNotice } from '@/composables/base/useNotice'
import type { Answer, QuestionPage } from '@/types'

import { tellState } from './useQuestions'

export interface OpenQuestion {
  found: ComputedRef<QuestionPage | undefined>
  answers: ComputedRef<Answer[]>
  /** Whether one of the answers, on whatever page, is accepted. */
  hasAccepted: Ref<boolean>
  count: ComputedRef<number>
  page: Ref<number>
  loading: Ref<boolean>
  error: Ref<ApiError | null>
  reload: () => Promise<void>
  reply: Action<[text: string, replied: () => void]>
  change: Action<[body: Marked & { title: string }, changed: () => void]>
  changeReply: Action<[id: number, text: string, changed: () => void]>
  accept: Action<[answer: Answer]>
  report: Action<[kind: 'question' | 'answer', id: number, reason: string, reported: () => void]>
  remove: Action
  removeReply: Action<[id: number]>
}

/** One question with a page of its answers; `gone` is called when it was deleted here. */
export function useQuestion(id: number, gone: () => void): OpenQuestion {
  const page = ref(1)
  // The accepted answer stands on the first page.
  const hasAccepted = ref(false)
  const { data, loading, error, load } = useLoad(async (signal) => {
    const [found, answers] = await Promise.all([fetchQuestion(id, signal), fetchAnswers(id, { page: page.value }, signal)])
    const isHere = answers.results.some(({ accepted }) => accepted)
    if (page.value === 1 || isHere) hasAccepted.value = isHere
    return { found, answers }
  })
  watch(page, () => void load(), { immediate: true })
  // The last answer of the page may be gone.
  watch(error, (failure) => failure?.status === 404 && page.value > 1 && (page.value = 1))

  /** Sends, tells what became of it, and reads the question anew. */
  const sending = <Args extends unknown[]>(send: (...args: Args) => Promise<unknown>) =>
    useAction(async (...args: Args) => {
      const sent = await withLogin(async () => {
        await send(...args)
        return true
      })
      if (sent) await load()
    })

  return {
    found: computed(() => data.value?.found),
    answers: computed(() => data.value?.answers.results ?? []),
    count: computed(() => data.value?.answers.count ?? 0),
    ...{ page, loading, error, hasAccepted, reload: load },
    reply: sending(async (text: string, replied: () => void) => {
      tellState('回答', await answerQuestion(id, text))
      replied()
    }),
    change: sending(async (body: Marked & { title: string }, changed: () => void) => {
      tellState('修改', await changeQuestion(id, body))
      changed()
    }),
    changeReply: sending(async (answer: number, text: string, changed: () => void) => {
      tellState('修改', await changeAnswer(answer, text))
      changed()
    }),
    accept: sending(async (answer: Answer) => {
      await acceptAnswer(answer.id, !answer.accepted)
      hasAccepted.value = !answer.accepted
      useNotice().tell(answer.accepted ? '已取消采纳' : '已采纳，这个回答排在最前面')
    }),
    report: sending(async (kind: 'question' | 'answer', of: number, reason: string, reported: () => void) => {
      await reportPost(kind, of, reason)
      useNotice().tell('已举报，工作人员会尽快处理')
      reported()
    }),
    remove: useRemoval(id, gone, load),
    removeReply: useConfirmedAction(
      { title: '删除回答', question: '删除后不能恢复。', yes: '删除回答' },
      (answer: number) => deleteAnswer(answer),
      '回答已删除',
      () => void load(),
    ),
  }
}

/** A refusal means that somebody has answered meanwhile: the question is read anew. */
function useRemoval(id: number, gone: () => void, load: () => Promise<void>): Action {
  let isGone = false
  return useConfirmedAction(
    { title: '删除提问', question: '删除后不能恢复。', yes: '删除提问' },
    async () => {
      await deleteQuestion(id)
      isGone = true
    },
    '提问已删除',
    () => (isGone ? gone() : void load()),
  )
}
