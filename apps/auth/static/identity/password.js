// A button that shows what is typed into a password field.
for (const field of document.querySelectorAll('input[type=password]')) {
  const { show, hide } = field.form.dataset;
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'link reveal', textContent: show });
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-controls', field.id);
  button.addEventListener('click', () => {
    const hidden = field.type === 'password';
    field.type = hidden ? 'text' : 'password';
    button.textContent = hidden ? hide : show;
    button.setAttribute('aria-pressed', String(hidden));
  });
  field.after(button);
}
