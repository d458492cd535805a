#!/usr/bin/env bash
# isbot takes students who read in Alipay, in Toutiao or in Sogou's browser for robots.
#
# Version:  isbot 5.2.3, node 20.
# Expected: Programs that follow links (Baidu's and Sogou's spiders) are robots, people in the browser of an app are not.
# Seen:     Alipay tells the size of its window in the name of its browser, `ws:393|0|2.75`, and each name with a bar is
#           a robot's for isbot. So are those with "news", as in NewsArticle, which is what Toutiao calls itself, and
#           those with "sogou": the mobile browser as well as the spider. WeChat, QQ, DingTalk, Baidu's app and the
#           other browsers of phones are people.
# Matters:  Whoever leaves robots out of the statistics, or shows them a page without a login, does so to each
#           student who has come back from paying, as one pays in Alipay's own browser. A trial with WeChat does not
#           show it. Take `isbotPatterns` and leave out these three, as `createIsbotFromList` allows (last column).
#
# Output seen (whose browser, robot for isbot, by which of its patterns, robot with three patterns left out):
#   Baiduspider | true | (?<!lib)http \.com\b spider | true
#   Sogou spider | true | (?<!lib)http \.com\b sogou spider | true
#   WeChat | false | - | false
#   QQ | false | - | false
#   DingTalk | false | - | false
#   Baidu's app | false | - | false
#   Alipay, Android | true | \| | false
#   Alipay, iPhone | true | \| | false
#   Toutiao | true | (?:^|[^g])news(?!sapphire) | false
#   Sogou's browser | true | sogou | false
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" isbot@5.2.3 > /dev/null

cat > "$folder/visitors.mjs" <<'SCRIPT'
import { createIsbotFromList, isbot, isbotPatterns, list } from 'isbot'

const android = (system, chrome, rest) =>
  `Mozilla/5.0 (Linux; ${system}) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/${chrome} ${rest}`
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const visitors = {
  Baiduspider: 'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  'Sogou spider': 'Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)',
  WeChat: `${iphone} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN`,
  QQ: android(
    'Android 13; wv',
    '109.0.5414.86',
    'MQQBrowser/6.2 TBS/046715 Mobile Safari/537.36 V1_AND_SQ_8.9.93_5000_YYB_D QQ/8.9.93.12730 NetType/WIFI',
  ),
  DingTalk: android(
    'U; Android 12; zh-CN',
    '100.0.4896.58',
    'UWS/5.12.3.0 Mobile Safari/537.36 AliApp(DingTalk/7.5.10) com.alibaba.android.rimet/36283427 language/zh-CN',
  ),
  "Baidu's app": android(
    'Android 12; wv',
    '97.0.4692.98',
    'Mobile Safari/537.36 T7/13.55 SP-engine/2.93.0 baiduboxapp/13.55.0.11 (Baidu; P1 12) NABar/1.0',
  ),
  'Alipay, Android': android(
    'U; Android 13; zh-CN',
    '69.0.3497.100',
    'UWS/3.22.2.9999 Mobile Safari/537.36 UCBS/3.22.2.9999_220000000000 NebulaSDK/1.8.100112 Nebula ' +
      'AlipayDefined(nt:WIFI,ws:393|0|2.75) AliApp(AP/10.3.20.8000) AlipayClient/10.3.20.8000 Language/zh-Hans',
  ),
  'Alipay, iPhone':
    `${iphone} Mobile/15E148 Ariver/1.1.0 AliApp(AP/10.2.30.6000) Nebula WK RVKType(1) ` +
    'AlipayDefined(nt:WIFI,ws:414|672|3.0) AlipayClient/10.2.30.6000 Alipay Language/zh-Hans Region/CN',
  Toutiao: android(
    'Android 12; wv',
    '99.0.4844.88',
    'Mobile Safari/537.36 JsSdk/2 NewsArticle/9.2.9 NetType/wifi TTWebView/0751130019',
  ),
  "Sogou's browser": android(
    'Android 10; wv',
    '83.0.4103.106',
    'Mobile Safari/537.36 AWP/2.0 SogouMSE,SogouMobileBrowser/5.32.9',
  ),
}
const wrong = ['Alipay, Android', 'Toutiao', "Sogou's browser"].flatMap((name) => isbotPatterns(visitors[name]))
const careful = createIsbotFromList(list.filter((pattern) => !wrong.includes(pattern)))
for (const [name, agent] of Object.entries(visitors))
  console.log([name, isbot(agent), isbotPatterns(agent).join(' ') || '-', careful(agent)].join(' | '))
SCRIPT

node "$folder/visitors.mjs" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
