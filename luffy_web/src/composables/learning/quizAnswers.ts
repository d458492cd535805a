import { useStorage } from '@vueuse/core'
import type { Ref } from 'vue'

import type { QuestionAnswer } from '@/api/quiz'
import { newKey } from '@/composables/base/requestKey'
import { storageOf } from '@/stores/storage'
import { QuestionKind, type QuizQuestion } from '@/types'

/** What is chosen or typed for one question: places of options, and a text for each blank. */
export interface Given {
  choices: number[]
  texts: string[]
}

/** What was answered of a quiz and not handed in: by the id of the question. */
export interface QuizDraft {
  /** Of the attempt that it becomes; the same as long as nobody knows whether it has arrived. */
  key: string
  answers: Record<number, Given>
}

export const emptyDraft = (): QuizDraft => ({ key: newKey(), answers: {} })

/** The draft of a quiz by whom, in the session storage: a reload keeps it, another student does not see it. */
export const useQuizDraft = (section: number, owner: number | undefined): Ref<QuizDraft> =>
  useStorage(`luffy.quiz.${section}.${owner ?? 0}`, emptyDraft(), storageOf('sessionStorage'))

/** The answer to a question that is there now; what fits it no more is left out. */
export function givenTo(question: QuizQuestion, draft: QuizDraft): Given {
  const { choices = [], texts = [] } = draft.answers[question.id] ?? {}
  if (question.kind === QuestionKind.Fill) {
    return { choices: [], texts: Array.from({ length: question.blanks }, (_, blank) => texts[blank] ?? '') }
  }
  const fitting = choices.filter((place) => place < question.options.length)
  return { choices: question.kind === QuestionKind.Multiple ? fitting : fitting.slice(0, 1), texts: [] }
}

export const isAnswered = ({ choices, texts }: Given): boolean => choices.length > 0 || texts.some((text) => text.trim())

/** As the server wants it. */
export function answerTo(question: QuizQuestion, draft: QuizDraft): QuestionAnswer {
  const { choices, texts } = givenTo(question, draft)
  return question.kind === QuestionKind.Fill ? { question: question.id, texts } : { question: question.id, choices }
}
