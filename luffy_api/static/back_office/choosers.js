/* Choosers have the names of their fields. select2 names one by what is chosen: an empty one has no name. */
'use strict';
(($) => {
    const begin = $.fn.djangoAdminSelect2;

    const name = (element) => {
        const label = document.querySelector(`label[for="${element.id}"]`);
        if (!label) return;
        label.id = label.id || `${element.id}_label`;
        const text = label.textContent.replace(/[:：]\s*$/, '').trim();
        const container = $(element).next('.select2-container');
        container.find('.select2-selection').attr('aria-labelledby', (_, chosen) => [label.id, chosen].filter(Boolean).join(' '));
        // What is chosen calls itself a field; referring to it still gives its text, which a label of its own would hide.
        container.find('.select2-selection__rendered[role=textbox]').attr('aria-labelledby', label.id);
        container.find('.select2-search__field').attr('aria-label', text);
        // The box to search in of a single one is made anew whenever it is opened.
        $(element).on('select2:open', () => $('.select2-container--open .select2-search__field').attr('aria-label', text));
    };

    $.fn.djangoAdminSelect2 = function () {
        begin.call(this);
        return this.each((_, element) => name(element));
    };
})(django.jQuery);
