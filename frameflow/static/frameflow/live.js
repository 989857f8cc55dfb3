// Follows the server: events while they come, polling while they do not, nothing in a hidden tab.
const RETRIES = 3;
const POLL_MS = 2000;
const POLL_AFTER_FAILURE_MS = 3000;
const POLLS_BEFORE_EVENTS = 5;

// `refresh()` fetches what is shown and returns whether it worked; `isMoving()` whether more will
// come; `lost(bool)` tells the reader that the view may be old; `gone()` that it is no more.
export function follow({ events, refresh, isMoving, lost, gone }) {
  let source, timer, failures = 0, polls = 0, pending = Promise.resolve();

  const again = () => (pending = pending.then(refresh, refresh));
  const later = (work, ms) => { clearTimeout(timer); timer = setTimeout(work, ms); };

  function stop() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function listen() {
    stop();
    if (document.hidden || !isMoving()) return;
    source = new EventSource(events);
    source.onopen = () => { failures = 0; lost(false); };
    source.addEventListener('video', async () => { failures = 0; lost(false); await again(); if (!isMoving()) stop(); });
    source.addEventListener('gone', () => { stop(); gone?.(); });
    source.onerror = () => {
      stop();
      failures += 1;
      lost(true);
      if (failures < RETRIES) later(listen, 500 * failures);
      else { polls = 0; poll(); }
    };
  }

  // A server that was away and is back has its events too: they are asked for at once. One that
  // answers while its streams do not come is asked every two seconds, and a stream is tried now and then.
  async function poll(wasAway = false) {
    const worked = await again();
    if (document.hidden || !isMoving()) return;
    polls += 1;
    if (worked && (wasAway || polls >= POLLS_BEFORE_EVENTS)) { failures = RETRIES - 1; listen(); } // one failure, and we poll on
    else later(() => poll(!worked), worked ? POLL_MS : POLL_AFTER_FAILURE_MS);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) stop();
    else again().then(listen);
  });
  addEventListener('pagehide', stop);
  listen();
}

// Put new pieces in place of old ones, and leave alone what did not change: the reader's focus and
// what was opened stay.
export function replaceParts(here, html) {
  const fresh = document.createElement('template');
  fresh.innerHTML = html;
  for (const part of fresh.content.querySelectorAll('[id^="part-"]')) {
    const old = here.querySelector(`#${part.id}`);
    if (!old || shown.get(part.id) === part.outerHTML) continue;
    shown.set(part.id, part.outerHTML);
    Object.assign(old.dataset, part.dataset);
    const focused = old.contains(document.activeElement) && key(document.activeElement);
    const opened = old.querySelector('details[open]');
    old.replaceChildren(...part.childNodes);
    if (opened) old.querySelector('details')?.setAttribute('open', '');
    if (focused) [...old.querySelectorAll('a, button, input, summary')].find((each) => key(each) === focused)?.focus();
  }
}

const shown = new Map();
const key = (element) => element.tagName + (element.getAttribute('href') ?? element.textContent.trim());
