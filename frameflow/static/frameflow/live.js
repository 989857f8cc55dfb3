// Follows the server: events while they come, polling while they do not. A page at rest listens
// too, since another window may change what it shows; a hidden tab looks again when it is seen.
const RETRIES = 3;
const POLL_MS = 2000;
const POLL_AT_REST_MS = 15_000;
const POLL_AFTER_FAILURE_MS = 3000;
const POLLS_BEFORE_EVENTS = 5;

// What tells two states of a video apart; the page carries the same words (`words.seen`).
export const seen = ({ status, progress, run, name }) =>
  [status, progress.percent, progress.frames_done, progress.queue_position, run, name].join(' ');

// `refresh()` fetches what is shown and returns whether it worked; `isShown(document)` whether the
// page stands so already; `isMoving()` whether more will come; `isOver()` whether there is nothing
// left to follow; `isAwaited()` whether it goes on in a hidden tab; `lost(bool)` tells the reader
// that the view may be old; `gone()` that the one video is no more (a list just looks again).
export function follow({ events, refresh, isShown, isMoving, isOver, isAwaited, lost, gone }) {
  const told = new Set();
  let source, timer, failures = 0, polls = 0, pending = Promise.resolve();

  const again = () => (pending = pending.then(refresh, refresh));
  const later = (work, ms) => { clearTimeout(timer); timer = setTimeout(work, ms); };
  const rests = () => isOver() || (document.hidden && !isAwaited());

  function stop() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function heard({ data }) {
    failures = 0;
    lost(false);
    const video = JSON.parse(data);
    const isKnown = !told.has(video.id) && isShown(video); // a stream begins with how things stand
    told.add(video.id);
    return isKnown ? undefined : again();
  }

  function listen() {
    stop();
    if (rests()) return;
    source = new EventSource(events);
    source.onopen = () => { failures = 0; lost(false); };
    source.addEventListener('video', heard);
    source.addEventListener('gone', () => { if (gone) { stop(); gone(); } else again(); });
    source.onerror = () => {
      stop();
      failures += 1;
      lost(true);
      if (failures < RETRIES) later(listen, 500 * failures);
      else { polls = 0; poll(); }
    };
  }

  // A server that was away and is back has its events too: they are asked for at once. One that
  // answers while its streams do not come is asked now and then, and a stream is tried between.
  async function poll(wasAway = false) {
    const worked = await again();
    if (rests()) return;
    polls += 1;
    if (worked && (wasAway || polls >= POLLS_BEFORE_EVENTS)) { failures = RETRIES - 1; listen(); } // one failure, and we poll on
    else later(() => poll(!worked), !worked ? POLL_AFTER_FAILURE_MS : isMoving() ? POLL_MS : POLL_AT_REST_MS);
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) again().then(listen);
    else if (!isAwaited()) stop();
  });
  addEventListener('pagehide', stop);
  listen();
}

// Put new pieces in place of old ones, and leave alone what did not change: the reader's focus,
// what was opened, and pictures that are there already.
export function replaceParts(here, html) {
  const fresh = document.createElement('template');
  fresh.innerHTML = html;
  for (const part of document.adoptNode(fresh.content).querySelectorAll('[id^="part-"]')) {
    const old = here.querySelector(`#${part.id}`);
    if (!old || shown.get(part.id) === part.outerHTML) continue;
    shown.set(part.id, part.outerHTML);
    Object.assign(old.dataset, part.dataset);
    const focused = old.contains(document.activeElement) && key(document.activeElement);
    const opened = old.querySelector('details[open]');
    const news = keepSame(old, part);
    old.replaceChildren(...part.childNodes);
    news.forEach(appear);
    if (opened) old.querySelector('details')?.setAttribute('open', '');
    if (focused) [...old.querySelectorAll('a, button, input, summary')].find((each) => key(each) === focused)?.focus();
  }
}

// An item that is the same stays the same element; returns those that are new.
function keepSame(old, part) {
  const news = [];
  for (const item of part.querySelectorAll('.gallery > li')) {
    const same = old.querySelector(`#${item.id}`);
    if (same?.isEqualNode(item)) item.replaceWith(same);
    else if (!same) news.push(item);
  }
  return news;
}

// A new picture comes in gently, for whoever does not mind movement.
export function appear(item) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  item.animate([{ opacity: 0, transform: 'scale(.92)' }, {}], { duration: 250, easing: 'ease-out' });
}

const shown = new Map();
const key = (element) => element.tagName + (element.getAttribute('href') ?? element.textContent.trim());
