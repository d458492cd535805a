import { QuestionKind, type QuizQuestion } from '@/types'

export const KIND_NAMES: Record<QuestionKind, string> = {
  [QuestionKind.Single]: '单选题',
  [QuestionKind.Multiple]: '多选题',
  [QuestionKind.TrueFalse]: '判断题',
  [QuestionKind.Fill]: '填空题',
}

const letterOf = (place: number) => String.fromCodePoint(65 + place)

/** An option with its letter; 对 and 错 have none. */
export function optionOf({ kind, options }: Pick<QuizQuestion, 'kind' | 'options'>, place: number): string {
  const words = options[place] ?? ''
  return kind === QuestionKind.TrueFalse ? words : `${letterOf(place)}. ${words}`
}
