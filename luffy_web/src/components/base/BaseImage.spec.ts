import { fireEvent, render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import BaseImage from './BaseImage.vue'

const props = { src: '/media/a.webp', alt: '封面', width: 320, height: 180 }

it('reserves its space and loads lazily', () => {
  render(BaseImage, { props })

  const image = screen.getByRole('img', { name: '封面' })
  expect(image).toHaveAttribute('width', '320')
  expect(image).toHaveAttribute('loading', 'lazy')
})

it('shows a placeholder when the picture cannot be loaded', async () => {
  const { rerender } = render(BaseImage, { props })

  await fireEvent.error(screen.getByRole('img'))
  expect(screen.getByRole('img', { name: '封面' }).tagName).toBe('SPAN')
  await rerender({ src: '/media/b.webp' })

  expect(screen.getByRole('img', { name: '封面' }).tagName).toBe('IMG')
})
