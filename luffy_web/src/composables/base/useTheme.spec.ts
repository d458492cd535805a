import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { useTheme } from './useTheme'

const { theme, choose } = useTheme()

const colours = () => [...document.querySelectorAll<HTMLMetaElement>('meta')].map(({ content }) => content)
const inAnotherTab = (newValue: string | null, key: string | null = 'luffy.theme') =>
  window.dispatchEvent(new StorageEvent('storage', { key, newValue }))

beforeEach(() => {
  document.head.innerHTML =
    '<meta name="color-scheme" content="light dark">' +
    '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf7f2">' +
    '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171411">'
})
afterEach(() => choose('system'))

describe('useTheme', () => {
  it('is the one of the system until something is chosen', () => {
    expect(theme.value).toBe('system')
    expect(document.documentElement).not.toHaveAttribute('data-theme')
  })

  it('shows and keeps what is chosen, and follows the system again', () => {
    choose('dark')

    expect(document.documentElement).toHaveAttribute('data-theme', 'dark')
    expect(localStorage.getItem('luffy.theme')).toBe('dark')
    expect(colours()).toEqual(['dark', '#171411', '#171411'])

    choose('system')

    expect(document.documentElement).not.toHaveAttribute('data-theme')
    expect(localStorage.getItem('luffy.theme')).toBeNull()
    expect(colours()).toEqual(['light dark', '#faf7f2', '#171411'])
  })

  it('follows what is chosen in another tab, and nothing else that happens there', () => {
    inAnotherTab('light')
    expect([theme.value, document.documentElement.dataset.theme]).toEqual(['light', 'light'])

    inAnotherTab('dark', 'luffy.session')
    expect(theme.value).toBe('light')

    inAnotherTab('purple')
    expect(theme.value).toBe('system')
  })

  it('forgets it when the browser forgets everything', () => {
    choose('dark')

    inAnotherTab(null, null)

    expect([theme.value, document.documentElement.dataset.theme]).toEqual(['system', undefined])
  })
})
