// The page of a video: keeps its panel true, whoever changes the video.
import { follow, replaceParts, seen } from '../frameflow/live.js';
import { say } from '../frameflow/words.js';

const panel = document.getElementById('panel');
const connection = document.getElementById('connection');
const state = () => document.getElementById('part-state').dataset;
const isMoving = () => state().moving === 'yes';
let said = state().label, quarter = Math.floor(state().percent / 25), isAwaited = false;

function title() {
  const { percent, name } = state();
  document.title = `${isMoving() ? `${percent}% · ` : ''}${name} · Frame Flow`;
  document.querySelector('h1').textContent = name; // another window may have given it
}

function announce() {
  const { label, percent } = state();
  const now = Math.floor(percent / 25);
  if (label !== said) { say(label); notify(label); }
  else if (isMoving() && now > quarter) say(`${25 * now}%`);
  said = label;
  quarter = now;
}

function leave(sentence, link) {
  const words = document.createElement('p');
  words.setAttribute('role', 'alert');
  words.className = 'notice warning';
  words.textContent = sentence;
  document.querySelector('dialog[open]')?.close();
  document.querySelector('.rename')?.remove();
  panel.replaceChildren(words, ...(link ? [link] : []));
  panel.dataset.left = 'yes';
  connection.hidden = true;
}

function gone() {
  const link = Object.assign(document.createElement('a'), { href: panel.dataset.list, textContent: panel.dataset.listLabel, className: 'button' });
  leave(panel.dataset.gone, link);
}

const lost = (is) => { connection.hidden = !is || !isMoving(); };

async function refresh() {
  try {
    const answer = await fetch(panel.dataset.url, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (answer.status === 404) gone();
    else if (answer.redirected) leave(panel.dataset.ended);
    else {
      if (answer.ok) {
        replaceParts(panel, await answer.text());
        title();
        announce();
        offer();
      }
      lost(answer.status >= 500);
    }
    return answer.status < 500;
  } catch {
    lost(true);
    return false;
  }
}

// "Tell me when it is ready": the browser's own notice, also from a tab that nobody looks at.
function offer() {
  const button = document.getElementById('tell');
  if (!button || !('Notification' in window) || Notification.permission === 'denied') return;
  button.hidden = false;
  button.disabled = isAwaited;
  if (isAwaited) button.textContent = button.dataset.promised;
}

// Where only a service worker may tell, as in Chrome on Android, there is a permission and no way.
function canNotify() {
  try {
    new Notification('', { silent: true }).close();
    return true;
  } catch {
    return false;
  }
}

function notify(label) {
  if (!isAwaited || isMoving()) return;
  isAwaited = false;
  const notice = new Notification(state().name, { body: label, tag: panel.dataset.url });
  notice.onclick = () => { window.focus(); notice.close(); };
}

panel.addEventListener('click', async ({ target }) => {
  if (target.id !== 'tell') return;
  const isAllowed = await Notification.requestPermission() === 'granted';
  if (isAllowed && !canNotify()) return target.remove();
  isAwaited = isAllowed && isMoving();
  if (isAwaited) say(target.dataset.promised);
  offer();
});

follow({
  events: panel.dataset.events,
  refresh,
  gone,
  lost,
  isMoving,
  isShown: (video) => seen(video) === state().seen,
  isOver: () => Boolean(panel.dataset.left),
  isAwaited: () => isAwaited,
});
offer();
