// The page of a video: keeps its panel true while the video is worked on.
import { follow, replaceParts } from '../frameflow/live.js';
import { say } from '../frameflow/words.js';

const panel = document.getElementById('panel');
const connection = document.getElementById('connection');
const state = () => document.getElementById('part-state').dataset;
let said = state().label, quarter = Math.floor(state().percent / 25);

function title() {
  const { moving, percent } = state();
  document.title = `${moving ? `${percent}% · ` : ''}${panel.dataset.name} · Frame Flow`;
}

function announce() {
  const { label, moving, percent } = state();
  const now = Math.floor(percent / 25);
  if (label !== said) say(label);
  else if (moving && now > quarter) say(`${25 * now}%`);
  said = label;
  quarter = now;
}

function leave(sentence, link) {
  const words = document.createElement('p');
  words.setAttribute('role', 'alert');
  words.className = 'notice warning';
  words.textContent = sentence;
  panel.replaceChildren(words, ...(link ? [link] : []));
  panel.dataset.left = 'yes';
}

function gone() {
  const link = Object.assign(document.createElement('a'), { href: panel.dataset.list, textContent: panel.dataset.listLabel, className: 'button' });
  leave(panel.dataset.gone, link);
}

async function refresh() {
  try {
    const answer = await fetch(panel.dataset.url, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (answer.status === 404) gone();
    else if (answer.redirected) leave(panel.dataset.ended);
    else if (answer.ok) {
      replaceParts(panel, await answer.text());
      title();
      announce();
    }
    connection.hidden = answer.status < 500;
    return answer.status < 500;
  } catch {
    connection.hidden = false;
    return false;
  }
}

follow({
  events: panel.dataset.events,
  refresh,
  gone,
  isMoving: () => !panel.dataset.left && state().moving === 'yes',
  lost: (is) => { connection.hidden = !is; },
});
