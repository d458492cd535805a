import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

import type { ApiError } from '@/api/errors'
import { fetchPreviewQuiz, fetchQuiz, submitQuiz } from '@/api/quiz'
import { newKey } from '@/composables/base/requestKey'
import { useAction, withLogin } from '@/composables/base/useAction'
import { useLoad, type Load } from '@/composables/base/useLoad'
import { useSessionStore } from '@/stores/session'
import type { PreviewLink, Quiz, QuizResult } from '@/types'

import { answerTo, emptyDraft, givenTo, isAnswered, useQuizDraft, type Given, type QuizDraft } from './quizAnswers'

interface QuizUse extends Pick<Load<Quiz>, 'error' | 'loading'> {
  quiz: Load<Quiz>['data']
  retry: Load<Quiz>['load']
  draft: Ref<QuizDraft>
  /** The attempt that is shown instead of the questions. */
  result: Ref<QuizResult | null>
  /** Numbers, from 1 on, of questions without an answer. */
  missing: ComputedRef<number[]>
  busy: Ref<boolean>
  /** Why the answers were not marked. */
  refusal: Ref<ApiError | null>
  /** The server has other questions now, or other answers to these; `retry` goes on with what is answered here. */
  isChanged: ComputedRef<boolean>
  give: (question: number, given: Given) => void
  submit: () => Promise<void>
  again: () => void
}

/** The quiz as it stands after an attempt. */
function after(quiz: Quiz, last: QuizResult): Quiz {
  const left = quiz.max_attempts ? Math.max(0, quiz.max_attempts - last.number) : null
  return { ...quiz, attempts_used: last.number, attempts_left: left, passed: quiz.passed || last.passed, last }
}

/** What is answered, as it is shown; `change` is called when somebody else is logged in. */
function useShownDraft(section: number) {
  const session = useSessionStore()
  let draft = useQuizDraft(section, session.user?.id)
  const shown = ref(draft.value)

  function write(next: QuizDraft) {
    draft.value = next
    shown.value = next
  }

  /** What is answered becomes an attempt of its own. */
  const renew = () => write({ ...shown.value, key: newKey() })

  function change() {
    // What a visitor has answered is theirs once they have logged in.
    const before = shown.value
    draft = useQuizDraft(section, session.user?.id)
    const isNew = Object.keys(draft.value.answers).length === 0
    write(isNew && session.user ? before : draft.value)
  }

  return { shown, write, renew, change }
}

/**
 * The quiz of a section: its questions, what is answered, and the result of an attempt. What is answered stays in
 * this tab until it is marked, also when the questions have changed meanwhile. `passed` is called after a pass.
 */
export function useQuiz(section: number, preview: () => PreviewLink | undefined, passed: () => void): QuizUse {
  const session = useSessionStore()
  const { data: quiz, error, loading, load } = useLoad((signal) => {
    const link = preview()
    return link ? fetchPreviewQuiz({ ...link, section }, signal) : fetchQuiz(section, signal)
  })
  const { shown, write, renew, change } = useShownDraft(section)
  const result = ref<QuizResult | null>(null)
  const refusal = ref<ApiError | null>(null)
  const isChanged = computed(() => refusal.value?.status === 409)
  const questions = computed(() => quiz.value?.questions ?? [])

  async function read() {
    await load()
    const begun = questions.value.some((each) => isAnswered(givenTo(each, shown.value)))
    // With no attempt left nothing can be gone on with.
    if (quiz.value) result.value = begun && quiz.value.attempts_left !== 0 ? null : quiz.value.last
  }

  /** After a 409 no attempt has these answers: they become one of their own. */
  async function retry() {
    if (isChanged.value) renew()
    refusal.value = null
    await read()
  }

  function isBack() {
    change()
    refusal.value = null
    void read()
  }

  const { busy, run: submit } = useAction(
    async () => {
      refusal.value = null
      const marked = await withLogin(async () => {
        if (!quiz.value) return undefined
        const { version } = quiz.value
        const answers = questions.value.map((each) => answerTo(each, shown.value))
        return submitQuiz(section, { request_key: shown.value.key, version, answers })
      })
      if (!marked || !quiz.value) return
      write(emptyDraft())
      result.value = marked
      quiz.value = after(quiz.value, marked)
      if (marked.passed) passed()
    },
    (cause) => {
      refusal.value = cause
      // Another tab may have used the last attempt.
      if (cause.status === 400) void read()
    },
  )

  watch(() => session.user?.id, isBack)
  void read()

  return {
    ...{ quiz, error, loading, retry, draft: shown, result, busy, refusal, isChanged, submit },
    missing: computed(() =>
      questions.value.flatMap((each, place) => (isAnswered(givenTo(each, shown.value)) ? [] : [place + 1])),
    ),
    give: (question, given) => write({ ...shown.value, answers: { ...shown.value.answers, [question]: given } }),
    again: () => {
      result.value = null
      refusal.value = null
    },
  }
}
