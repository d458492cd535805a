#!/usr/bin/env bash
# Half of ¥10.01 is ¥5.01 for currency.js when it is paid and ¥5.00 when it is paid back, and the minus of −5 gets lost.
#
# Version:  currency.js 2.0.4, beside it numeral 2.0.6, accounting 0.4.1, dinero.js 1.9.1 and decimal.js 10.6.0 (node 20).
# Expected: An amount and the same amount below zero are rounded to the same cents, so that a charge and its refund, or
#           an entry and its reversal, come to nothing.
# Seen:     currency.js rounds by Math.round, which takes each half upwards: 5.005 is 5.01, but -5.005 is -5. numeral and
#           accounting do the same; dinero.js and decimal.js round both to the same. Of the prices to ¥1000 the half of
#           each second one differs. And of a text it keeps digits, points and the ASCII hyphen only: "−5.00" with the
#           minus of typography, as Intl writes it in some languages and spreadsheets show it, is plus 5.
# Matters:  Half of a course is paid back after half of it, vouchers are shared among courses, fees are 0.6 %: the
#           cents that are left over fit no bill. With positive amounts no test shows it. Round the amount without its
#           sign, and read no texts of others by it.
#
# Output seen:
#   half of 10.01 and -10.01: currency.js 5.01 -5, numeral 5.01 -5, accounting 5.01 -5, dinero.js 5 -5, decimal.js 5.01 -5.01
#   prices from 0.01 to 1000 whose half has another size below zero: 50,000 of 100,000
#   -5.00 is read as -5, −5.00 as 5
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" \
    currency.js@2.0.4 numeral@2.0.6 accounting@0.4.1 dinero.js@1.9.1 decimal.js@10.6.0 > /dev/null

cat > "$folder/halves.cjs" <<'SCRIPT'
const currency = require('currency.js')
const numeral = require('numeral')
const accounting = require('accounting')
const dinero = require('dinero.js')
const Decimal = require('decimal.js')

const halves = {
  'currency.js': (price) => currency(price).divide(2).value,
  numeral: (price) => Number(numeral(price / 2).format('0.00')),
  accounting: (price) => Number(accounting.toFixed(price / 2, 2)),
  'dinero.js': (price) => dinero({ amount: Math.round(price * 100) }).divide(2).getAmount() / 100,
  'decimal.js': (price) => Number(new Decimal(price).div(2).toFixed(2)),
}
const seen = Object.entries(halves).map(([name, half]) => `${name} ${half(10.01)} ${half(-10.01)}`)
console.log(`half of 10.01 and -10.01: ${seen.join(', ')}`)

const half = halves['currency.js']
let different = 0
for (let cents = 1; cents <= 100_000; cents++) different += half(cents / 100) + half(-cents / 100) !== 0
console.log(
  'prices from 0.01 to 1000 whose half has another size below zero: ' +
    `${different.toLocaleString('en')} of 100,000`,
)
const [hyphen, minus] = ['-5.00', '\u22125.00']
console.log(`${hyphen} is read as ${currency(hyphen).value}, ${minus} as ${currency(minus).value}`)
SCRIPT

node "$folder/halves.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
