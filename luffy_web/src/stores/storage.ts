type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

function memory(): PageStorage {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

/**
 * The browser's storage, or one in memory where the visitor has forbidden storage: then even reading
 * `window.localStorage` throws.
 */
export function storageOf(name: 'localStorage' | 'sessionStorage'): PageStorage {
  try {
    return window[name]
  } catch {
    return memory()
  }
}
