import { screen } from '@testing-library/vue'
import { describe, expect, it } from 'vitest'

import { readQrCode } from '@/testing/qrCode'
import { show } from '@/testing/mounting'

import BaseQrCode from './BaseQrCode.vue'

describe('BaseQrCode', () => {
  it.each(['weixin://wxpay/bizpayurl?pr=abc123zz', `https://pay.example/${'x'.repeat(200)}`])(
    'says %s to a phone',
    async (text) => {
      await show(BaseQrCode, { props: { text, label: '付款二维码' } })

      expect(readQrCode(screen.getByRole('img', { name: '付款二维码' }))).toBe(text)
    },
  )
})
