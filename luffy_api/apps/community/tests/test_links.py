"""Addresses of the web in texts about programs, and such that are hidden in them."""

import time

import pytest

from luffy_api.apps.community.links import certain_link, may_have_link

# Texts, one a line. U+200B, U+034F and U+3164 are drawn as nothing; one о is a Cyrillic letter.
LINKS = """\
见 https://a.example
ＷＷＷ．ａ．ｃｏｍ
a.c\u200bom
a.c\u034fom
ev\u3164il.com
evil.c\u043em
ftp://x
t.cn/a1
加example.com领资料
百度.com
example。com
我的.中国
加1.2.3.4:8080
1.2.3.4/x
加 t.me/x
bit.ly/abc
evil.io/a
看youtu.be/abc
evil.net/
localhost.evil.com
http://localhost@evil.com
http://localhost/evil.com
http://127.0.0.1.evil.io
evil.life/abc
evil.pub/x
evil.page/a
evil.wiki/abc
evil.host/a?b=1
a.org/x
evil.co.uk/x
看 evil.top:8080/a"""
PERHAPS = """\
加 abc.top 看
见 example.net
evil.io
evil.co。
example．ｎｅｔ
abc.dev
evil。top
买课 evil.top
加 example.org 领
a.b.evil.io
见 evil.io.
版本 1.2.3.4
1.2.3.4
evil.co.uk
evil.ru
evil.space
evil[.]com
evil点com
evil (dot) life
evil【.】cn
evil.id/abc
pandas.io 怎么装
test.cc 编译不过"""
PROGRAMS = """\
os.path.join(a, b)
com.example.Foo
写完了。com 组件怎么注册
obj.commit()
xyz
x.shopping
代码在第 3.5 节
3点开始上课
java.io.File
import java.io
using Foo.Live; 报错
logger.info(x)
main.py
a.py/b
README.md 怎么写
Node.js/Express
10.0.0.0/24
子网掩码 255.255.255.0
math.pi/180
self.width/2
img.shape/255
x.mean/y
rect.width/2
django.db/models
self.win = tk.Tk()
root.tk
row.online
self.me
data.co = 1
a.org
stack.top
style.top = 0
el.style.top
list.top
self.link
page.link.href
a.top
x.fun(1)
this.app = 1
http://localhost:5173
打开 http://127.0.0.1:8000/a 报错
System.IO 里的 File 怎么用
using System.Net; 报错
express.app 是什么
router.link 没反应
kotlin.io 包怎么导入
socket.io 连不上
ASP.NET 和 vue.js
index.vue
app.ts
System.out
plt.show 没有图"""


@pytest.mark.parametrize("text", LINKS.splitlines())
def test_an_address_is_a_link(text):
    assert certain_link(text)
    assert may_have_link(text)


@pytest.mark.parametrize("text", PERHAPS.splitlines())
def test_what_looks_like_an_address_may_be_a_link(text):
    assert certain_link(text) == ""
    assert may_have_link(text)


@pytest.mark.parametrize("text", PROGRAMS.splitlines())
def test_names_in_programs_are_no_links(text):
    assert certain_link(text) == ""
    assert not may_have_link(text)


def test_the_link_is_told_without_the_rest():
    assert certain_link("你好，看 https://a.example/b 吧") == "https://a.example/b"
    assert certain_link("加example.com领资料") == "example.com"
    assert certain_link("见 Evil.life/abc。") == "evil.life"


@pytest.mark.parametrize("part", ["a.", "a-", "1.", "[点", "www", "点 ", "a点", "https:/", "中"])
def test_long_texts_are_read_quickly(part):
    text = part * (5000 // len(part)) + "."
    began = time.process_time()

    assert certain_link(text) == "" or part == "www"
    may_have_link(text)

    assert time.process_time() - began < 1
