/* Names for what simpleui shows as a mere icon, in a list of lines and in the frame around it.
   It makes its controls when the page has been read; this comes after that. */
'use strict';
(() => {
    const ICONS = {
        '.navbar .el-button:has(> .fa-bars)': '展开或收起菜单',
        '.navbar .el-button:has(> .fa-font)': '字体大小',
        '.navbar .el-button:has(> :is(.fa-expand-arrows-alt, .fa-compress-arrows-alt))': '全屏',
        '.navbar .el-button:has(> .fa-home)': '返回首页',
        '.btn-group a:has(> .el-icon-search)': '显示或隐藏搜索栏',
        '.btn-group a:has(> .el-icon-refresh)': '刷新',
        '.btn-group a:has(> .el-icon-news)': '在新窗口打开',
        '.el-pagination .btn-prev': '上一页',
        '.el-pagination .btn-next': '下一页',
        '.el-pagination .el-pagination__editor input': '前往页码',
    };

    const set = (selector, attribute, value) => {
        for (const element of document.querySelectorAll(selector)) element.setAttribute(attribute, value);
    };

    /** A field in a list is named by its line and its column. */
    const nameCell = (field) => {
        if (field.labels?.length || field.hasAttribute('aria-label')) return;
        const cell = field.closest('td');
        const heading = document.querySelectorAll('#result_list thead th')[cell.cellIndex];
        const line = [...cell.parentElement.querySelectorAll('th a, td a')].find((link) => link.textContent.trim());
        const parts = [line, heading?.querySelector('.text')].map((part) => part?.textContent.trim());
        field.setAttribute('aria-label', parts.filter(Boolean).join('：'));
    };

    /** A picture leads where the name beside it leads: heard and reached once. */
    const leaveOut = (link) => {
        const same = [...link.closest('tr').querySelectorAll('a')].filter((other) => other.href === link.href);
        if (link.textContent.trim() || same.length < 2) return;
        link.setAttribute('aria-hidden', 'true');
        link.tabIndex = -1;
    };

    /** simpleui shows what a page is in a bar or in the name of its tab, which are no headings. */
    const nameHeading = () => {
        if (document.querySelector('h1')) return;
        const bar = document.querySelector('.el-page-header__content');
        if (bar) {
            bar.setAttribute('role', 'heading');
            bar.setAttribute('aria-level', '1');
            return;
        }
        const heading = document.createElement('h1');
        heading.className = 'luffy-heading';
        heading.textContent = document.title.split(' | ')[0];
        document.querySelector('#content-main, #home')?.prepend(heading);
    };

    addEventListener('DOMContentLoaded', () => setTimeout(() => {
        nameHeading();
        for (const [selector, name] of Object.entries(ICONS)) set(selector, 'aria-label', name);
        // A menu; "list" is none of the values.
        set('[aria-haspopup=list]', 'aria-haspopup', 'menu');
        // In a tab of the frame, that one has it.
        if (parent === window && !document.querySelector('main, #content [role=main]')) set('#container > #content', 'role', 'main');
        set('meta[name=viewport]', 'content', 'width=device-width, initial-scale=1');
        document.querySelectorAll('#result_list td :is(input:not([type=hidden]), select, textarea)').forEach(nameCell);
        // Django's icons of a column of facts.
        set('td img[alt=True]', 'alt', '是');
        set('td img[alt=False]', 'alt', '否');
        set('td img[alt=None]', 'alt', '未知');
        document.querySelectorAll('#result_list a:has(> img[alt=""])').forEach(leaveOut);
    }));
})();
