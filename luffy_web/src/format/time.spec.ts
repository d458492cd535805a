import { expect, it } from 'vitest'

import { clock, timeLeft, waitFor } from './time'

it('shows a duration as a clock', () => {
  expect([clock(75), clock(3675), clock(0)]).toEqual(['01:15', '1:01:15', '00:00'])
})

it('shows the time left with its days', () => {
  expect([timeLeft(59), timeLeft(86_400 + 3661), timeLeft(-5)]).toEqual(['00:00:59', '1天 01:01:01', '00:00:00'])
})

it('shows a waiting time in words', () => {
  expect([0.2, 60, 272, 300, 7200, 7500].map(waitFor)).toEqual([
    '1 秒',
    '60 秒',
    '4 分 32 秒',
    '5 分钟',
    '2 小时',
    '2 小时 5 分',
  ])
})
