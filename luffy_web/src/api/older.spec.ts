import { describe, expect, it } from 'vitest'

import { pageOf } from '@/testing/samples'
import { answer } from '@/testing/server'

import { fetchPlay } from './course'
import { fetchSuggestions, searchCourses } from './search'

describe('a server of the release before', () => {
  it('plays a video without subtitles and chapters', async () => {
    answer('get', 'course/section/1/play/', { data: { type: 'mp4', url: '/media/a.mp4' } })

    await expect(fetchPlay(1)).resolves.toMatchObject({ url: '/media/a.mp4', subtitles: [], chapters: [] })
  })

  it('finds courses and says nothing of the words', async () => {
    answer('get', 'course/search/', { data: pageOf([]), extra: { did_you_mean: null } })

    await expect(searchCourses({ search: 'python' })).resolves.toMatchObject({ correctedTo: null, dropped: [], filters: [] })
  })

  it('completes words of no kind', async () => {
    answer('get', 'course/search/suggest/', { data: ['Python'] })

    await expect(fetchSuggestions('py')).resolves.toEqual([{ word: 'Python', kind: 'word' }])
  })
})
