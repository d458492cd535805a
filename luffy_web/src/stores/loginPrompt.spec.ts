import { describe, expect, it } from 'vitest'

import { createLoginPrompt } from './loginPrompt'

describe('createLoginPrompt', () => {
  it.each([true, false])('answers %j to everybody who waits, and closes', async (loggedIn) => {
    const { open, settle, loginMode } = createLoginPrompt()
    const answers = [open('login'), open('register')]
    expect(loginMode.value).toBe('register')

    settle(loggedIn)

    expect(await Promise.all(answers)).toEqual([loggedIn, loggedIn])
    expect(loginMode.value).toBeNull()
  })
})
