type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

function memory(): Kept {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

/**
 * The browser's storage, or one that lives as long as the page where the visitor has forbidden it:
 * then even the look at it throws.
 */
export function storageOf(name: 'localStorage' | 'sessionStorage'): Kept {
  try {
    return window[name]
  } catch {
    return memory()
  }
}
