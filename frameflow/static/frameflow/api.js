// What a form of HTML cannot send: JSON, and the methods PUT, PATCH and DELETE.
async function send(form) {
  const fields = new FormData(form);
  const headers = { 'X-CSRFToken': fields.get('csrfmiddlewaretoken'), Accept: 'application/json' };
  const body = fields.get('_content') ?? undefined;
  if (body !== undefined) headers['Content-Type'] = fields.get('_content_type');
  const answer = await fetch(form.action, { method: form.dataset.method, headers, body });
  const text = await answer.text();
  if (answer.status === 204 && form.dataset.then) return location.assign(form.dataset.then);
  show(form, answer, text);
}

function show(form, answer, text) {
  form.parentElement.querySelector('.said')?.remove();
  const said = document.createElement('pre');
  said.className = 'exchange said';
  said.tabIndex = 0;
  said.setAttribute('role', 'status');
  said.textContent = `HTTP ${answer.status} ${answer.statusText}\n\n${pretty(text)}`;
  form.after(said);
  said.focus();
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 4);
  } catch {
    return text;
  }
}

for (const form of document.querySelectorAll('form[data-method]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form).catch((error) => show(form, { status: 0, statusText: '' }, String(error)));
  });
}
