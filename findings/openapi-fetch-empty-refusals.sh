#!/usr/bin/env bash
# openapi-fetch tells a refusal without a body as a request without an error.
#
# Version:  openapi-fetch 0.17.0, node 20, against a server on the loopback interface.
# Expected: `const { data, error } = await client.POST(…)`, and `if (error) …`, as its documentation has it: for
#           an answer from 400 on there is an error.
# Seen:     `error` is the body of the answer. Without a body it is undefined if the answer says Content-Length: 0, and
#           the empty text if it does not: both are false. Only `response.ok` tells them from a success with 204.
# Matters:  What stands between the page and the application (a proxy that has no server left, a limit of requests, a
#           load balancer that is being changed) often answers without a body. Then the page says that the
#           order is cancelled, and it is not. Look at `response.ok`.
#
# Output seen (answer: error, what `if (error)` takes it for, response.ok):
#   502 {"msg":"稍后再试"}: {"msg":"稍后再试"}, a refusal, false
#   502, Content-Length 0: undefined, a success, false
#   502, chunked and empty: "", a success, false
#   429, Content-Length 0: undefined, a success, false
#   204: undefined, a success, true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" openapi-fetch@0.17.0 > /dev/null

cat > "$folder/ask.mjs" <<'SCRIPT'
import { createServer } from 'http'
import createClient from 'openapi-fetch'

const answers = [
  ['502 {"msg":"稍后再试"}', 502, {}, '{"msg":"稍后再试"}'],
  ['502, Content-Length 0', 502, { 'Content-Length': 0 }, ''],
  ['502, chunked and empty', 502, { 'Transfer-Encoding': 'chunked' }, ''],
  ['429, Content-Length 0', 429, { 'Content-Length': 0 }, ''],
  ['204', 204, {}, ''],
]
let current
const server = createServer((request, response) => {
  const [, status, headers, body] = current
  response.writeHead(status, headers).end(body)
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const client = createClient({ baseUrl: `http://127.0.0.1:${server.address().port}` })

for (current of answers) {
  const { error, response } = await client.POST('/orders/1/cancel/', { body: {} })
  console.log(`${current[0]}: ${JSON.stringify(error)}, ${error ? 'a refusal' : 'a success'}, ${response.ok}`)
}
server.close()
server.closeAllConnections()
SCRIPT

no_proxy=127.0.0.1 node "$folder/ask.mjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
