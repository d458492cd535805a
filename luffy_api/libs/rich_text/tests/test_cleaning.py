"""What texts may hold, and what their authors are told of the rest."""

from html.parser import HTMLParser

import pytest

from luffy_api.libs.rich_text import cleaning
from luffy_api.libs.rich_text.cleaning import clean, to_show

MADE_BY_THE_EDITOR = (
    "<h2>教什么</h2><p><strong>粗</strong><em>斜</em><u>线</u><s>删</s><code>x</code><br>行</p>"
    '<ul><li><p>一</p></li></ul><ol start="3"><li><p>三</p></li></ol>'
    "<blockquote><p>引</p></blockquote>"
    '<pre><code class="language-python">print(1)\n</code></pre><hr>'
    '<p><a href="https://example.com" title="站">链接</a><a href="/course/1">课</a></p>'
    '<p><img src="/media/texts/pictures/202611/a.png" alt="图" width="40" height="30"></p>'
    '<table><tbody><tr><th colspan="2"><p>表头</p></th></tr>'
    "<tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>"
)


class Seen(HTMLParser):
    """What a browser would make of a text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= set(attrs)


def test_what_the_editor_makes_stays_as_it_is():
    cleaned = clean(MADE_BY_THE_EDITOR)

    assert cleaned.html == MADE_BY_THE_EDITOR
    assert cleaned.removed == ""


def test_cleaning_again_changes_nothing():
    once = clean('<p onclick=x>a<b>c</p><iframe src="x">d')

    assert clean(once.html) == cleaning.Cleaned(once.html)


@pytest.mark.parametrize(
    ("html", "removed"),
    [
        ("<p>a</p><script>alert('<b>')</script>", "标签 script"),
        ("<p onclick=x()>a</p>", "属性 onclick（p）"),
        ('<p>a<img src="/media/a.png" onerror="x()"></p>', "属性 onerror（img）"),
        ('<p><a href="javascript:x()">a</a></p>', "属性 href（a）"),
        ('<p><a href="JaVa&#115;cript:x()">a</a></p>', "属性 href（a）"),
        ('<p><a href=" javascript:x()">a</a></p>', "属性 href（a）"),
        ('<p><a href="data:text/html,x">a</a></p>', "属性 href（a）"),
        ('<p><a href="vbscript:x">a</a></p>', "属性 href（a）"),
        (
            '<p style="position:fixed" class="x" id="app">a</p>',
            "属性 style（p）、class（p）、id（p）",
        ),
        ("<style>p{}</style><p>a</p>", "标签 style"),
        ('<p>a</p><iframe src="https://evil.example"></iframe>', "标签 iframe"),
        ("<p>a</p><svg><script>x()</script></svg>", "标签 svg、script"),
        (
            "<p>a</p><math><mtext><table><mglyph><style><img src=x>",
            "标签 math、mtext、mglyph、style",
        ),
        (
            "<p>a</p><form action=x><input name=y><button>z</button></form>",
            "标签 form、input、button",
        ),
        ('<p>a<img src="https://evil.example/pixel.png" alt="b"></p>', "标签 img"),
        ('<p>a<img src="//evil.example/pixel.png"></p>', "标签 img"),
        ('<p>a<img src="data:image/svg+xml;base64,PHN2Zz4="></p>', "标签 img"),
        ('<p>a<img src="/media/../files/secret"></p>', "标签 img"),
        ('<pre><code class="language-x y">a</code></pre>', "属性 class（code）"),
        ('<table><tbody><tr><td colspan="999">a</td></tr></tbody></table>', "属性 colspan（td）"),
        ('<p><a href="/a" rel="opener" target="_blank">a</a></p>', "属性 target（a）"),
    ],
)
def test_what_is_not_allowed_is_removed_and_named(html, removed):
    cleaned = clean(html)

    assert set(removed.split("、")) <= set(cleaned.removed.split("、"))
    seen = Seen(cleaned.html)
    assert seen.tags <= cleaning.TAGS
    shown = str(sorted(map(str, seen.attributes))).lower()
    for word in ("script", "onclick", "onerror", "style", "evil", "data:", "files/secret", "999"):
        assert word not in shown
    assert "a" in cleaned.html


@pytest.mark.parametrize(
    "html",
    [
        '<p title="><script>alert(1)</script>">a</p>',
        "<p>a<<script>script>alert(1)<</script>/script></p>",
        '<p><a href="x" title=\'"><img src=x onerror=alert(1)>\'>a</a></p>',
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>a",
        "<svg></p><style><a title='</style><img src=x onerror=alert(1)>'>a",
        "<![foo[ ]]><p>a</p><!--[if gte mso 9]><xml>x</xml><![endif]-->",
        "<!-- <p>b</p>",
        "<p>a" + "\0" + "<scr\0ipt>alert(1)</script>",
        "<P OnClIcK=x>a</P><ScRiPt>x</sCrIpT>",
        "<p",
        "a < b && c > d",
    ],
)
def test_malformed_texts_are_cleaned_like_a_browser_reads_them(html):
    for made in (clean(html).html, to_show(html)):
        seen = Seen(made)
        assert seen.tags <= cleaning.TAGS
        assert not {name for name, _ in seen.attributes if name.startswith("on") or name == "style"}
    assert clean(clean(html).html) == cleaning.Cleaned(clean(html).html)


@pytest.mark.parametrize(
    "part",
    [
        "<p>字",
        "<blockquote>",
        "<a",
        "<a b=",
        "<!--",
        "<![x[",
        "<script>",
        '<a b="',
        "\n\n",
        "\n ",
        "<td colspan=1 ",
        "</p>",
    ],
)
def test_huge_texts_take_no_long_time(part):
    html = part * (100_000 // len(part))

    cleaned = clean(html)

    assert len(cleaned.removed) < 500


def test_names_that_are_told_are_few_and_short():
    html = "".join(f"<{'x' * 100}{number}>a</x>" for number in range(50))
    html += "<p>b</p>" + "".join(f"<my{number}>" for number in range(50))

    removed = clean(html).removed

    assert len(removed) < 400
    assert "等" in removed


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("一\r\n二\r\n\r\n三", "<p>一<br>二</p>\n<p>三</p>"),
        ("一 <strong>重</strong>\n二", "<p>一 <strong>重</strong><br>二</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<p>一\n二</p>", "<p>一\n二</p>"),
        ("  \r\n ", ""),
        ("", ""),
        ("<p></p>", ""),
        ("<p><br></p>", ""),
        ("<hr>", "<hr>"),
    ],
)
def test_plain_lines_keep_their_breaks(typed, html):
    assert clean(typed).html == html


def test_links_of_a_page_say_nothing_of_us_and_pictures_have_the_address_of_their_storage(settings):
    link = '<p><a href="https://example.com">站</a>'
    stored = f'{link}<img src="{settings.PUBLIC_URL}/media/图 1.png"></p>'

    assert clean(stored).html == f'{link}<img src="/media/%E5%9B%BE%201.png"></p>'
    assert 'rel="noopener noreferrer nofollow"' in to_show(stored)
    assert 'src="/media/%E5%9B%BE%201.png"' in to_show(stored)


def test_comments_are_told():
    cleaned = clean("<!-- 以后再写 --><p>好</p><!-- 完 -->")

    assert (cleaned.html, cleaned.removed) == ("<p>好</p>", "HTML 注释")
    assert clean("<script>//<!--</script><p>好</p>").removed == "标签 script；HTML 注释"
    assert clean("<p>&lt;!-- 注释 --&gt;</p>").removed == ""
