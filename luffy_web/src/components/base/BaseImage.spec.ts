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

const versions = [
  { url: '/media/a-360.webp', width: 360 },
  { url: '/media/a-640.webp', width: 640 },
]

it('offers the browser every version', () => {
  render(BaseImage, { props: { ...props, versions, sizes: '50vw' } })

  const image = screen.getByRole('img')
  expect(image).toHaveAttribute('srcset', '/media/a-360.webp 360w, /media/a-640.webp 640w')
  expect(image).toHaveAttribute('sizes', '50vw')
  expect(image).toHaveAttribute('src', '/media/a.webp')
})

it('shows the picture itself when a version is gone, and a placeholder when that is gone too', async () => {
  render(BaseImage, { props: { ...props, versions, sizes: '50vw' } })

  await fireEvent.error(screen.getByRole('img'))
  expect(screen.getByRole('img')).not.toHaveAttribute('srcset')
  expect(screen.getByRole('img')).toHaveAttribute('src', '/media/a.webp')
  await fireEvent.error(screen.getByRole('img'))

  expect(screen.getByRole('img').tagName).toBe('SPAN')
})
