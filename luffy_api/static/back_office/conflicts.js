/* A form that asks about what somebody else has changed begins at its first question. */
'use strict';
addEventListener('load', () => {
    const question = document.querySelector('.edit-conflict');
    if (!question) return;
    question.scrollIntoView({ block: 'center' });
    question.querySelector('input[type="radio"]')?.focus({ preventScroll: true });
});
