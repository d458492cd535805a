#!/usr/bin/env bash
# Of a sender's name of more than fifteen Chinese characters Python's own email package reads one with a space in it.
#
# Version:  The email package of Python 3.11.7 (its own version is printed first), beside it mailparser 3.14.2 (node 20).
# Expected: A name that is too long for one encoded word is written as two, and white space between them is no part
#           of it (RFC 2047, 6.2). What EmailMessage wrote, `policy.default` reads.
# Seen:     It writes rightly and reads the name with a space where one word ended, in From and To alike; the Subject,
#           which goes through other code, is read rightly, and so is all of it by the old policy with
#           decode_header and by mailparser. Fifteen characters of three bytes fit into a word, sixteen do not.
# Matters:  A desk for students' mails, or a test that reads its outbox, gets 路飞学城（北京）课程与学员服务 中心; the school
#           or the teacher is not found by that name, and the people in front of a mail program see nothing wrong.
#           Names in ASCII are not encoded, and short ones are not cut, so samples of either show nothing. Decode
#           the old way, make_header(decode_header(…)).
#
# Output seen (what is read of a name with 15, 16 and 20 characters):
#   policy.default, From: right | 课课课课课课课课课课课课课课课 课 | 课课课课课课课课课课课课课课课 课课课课课
#   policy.default, Subject: right | right | right
#   decode_header, From: right | right | right
#   mailparser, From: right | right | right
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" mailparser@3.14.2 > /dev/null
python3 --version

cat > "$folder/read.py" <<'PYTHON'
import email.policy
import json
import subprocess
import sys
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage

names = ["课" * length for length in (15, 16, 20)]
mails = []
for name in names:
    message = EmailMessage()
    message["From"] = Address(name, addr_spec="desk@example.com")
    message["Subject"] = name
    message.set_content("你好")
    mails.append(message.as_bytes(policy=email.policy.SMTP))


def show(title, read):
    print(f"{title}:", " | ".join("right" if got == name else got for got, name in zip(read, names)))


new = [email.message_from_bytes(mail, policy=email.policy.default) for mail in mails]
old = [email.message_from_bytes(mail) for mail in mails]
show("policy.default, From", [mail["From"].addresses[0].display_name for mail in new])
show("policy.default, Subject", [mail["Subject"] for mail in new])
show("decode_header, From", [str(make_header(decode_header(mail["From"]))).partition(" <")[0] for mail in old])
texts = json.dumps([mail.decode() for mail in mails])
by_node = subprocess.run(["node", sys.argv[1]], input=texts, capture_output=True, text=True, check=True)
show("mailparser, From", json.loads(by_node.stdout))
PYTHON

cat > "$folder/read.cjs" <<'SCRIPT'
const { simpleParser } = require('mailparser')
const mails = JSON.parse(require('fs').readFileSync(0, 'utf8'))
Promise.all(mails.map((mail) => simpleParser(mail)))
  .then((read) => console.log(JSON.stringify(read.map(({ from }) => from.value[0].name))))
SCRIPT

python3 "$folder/read.py" "$folder/read.cjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
