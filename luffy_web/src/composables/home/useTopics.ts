import { computed, watch, type ComputedRef } from 'vue'

import { fetchTopic, fetchTopicPreview, fetchTopics } from '@/api/home'
import { keptAnswers } from '@/composables/base/keptAnswers'
import { useLoad, type Load } from '@/composables/base/useLoad'
import type { Topic, TopicLink, TopicPreview } from '@/types'

/** The topics that there are now, once they are `wanted`. */
export function useTopics(wanted: () => boolean = () => true): Load<TopicLink[]> {
  const load = useLoad(fetchTopics, keptAnswers('home/topic'))
  watch(wanted, (now) => now && void load.load(), { immediate: true })
  return load
}

type Shown = Topic & Partial<Pick<TopicPreview, 'preview_ends_at'>>

interface TopicLoad extends Pick<Load<Shown>, 'error'> {
  topic: ComputedRef<Shown | null>
  reload: Load<Shown>['load']
}

/** One topic with its courses; `preview` is the token of a preview link, with which a draft is seen. */
export function useTopic(slug: () => string, preview: () => string | undefined): TopicLoad {
  const { data, error, load } = useLoad((signal): Promise<Shown> => {
    const token = preview()
    return token ? fetchTopicPreview(slug(), token, signal) : fetchTopic(slug(), signal)
  })
  watch([slug, preview], () => load(), { immediate: true })
  return { topic: computed(() => (data.value?.slug === slug() ? data.value : null)), error, reload: load }
}
