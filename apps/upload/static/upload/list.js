// The list: fetched again when one of its videos changes, by whoever; and what is chosen in it.
import { follow, seen } from '../frameflow/live.js';
import { fill, number } from '../frameflow/words.js';

const list = document.getElementById('list');
const connection = document.getElementById('connection');
const isMoving = () => list.dataset.moving === 'yes';
const chosen = () => [...list.querySelectorAll('.pick :checked')];
let due;

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (answer.status === 404) return location.replace('?'); // the last row of the last page is gone
    if (!answer.ok || answer.redirected) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('list');
    const picked = chosen().map((box) => box.value);
    put(fresh);
    for (const box of list.querySelectorAll('.pick input')) box.checked = picked.includes(box.value);
    count();
    list.dataset.moving = fresh.dataset.moving;
    return true;
  } catch {
    return false;
  }
}

// Whoever types or stands in the list keeps what is under their hands; the rows still move.
function put(fresh) {
  if (!list.contains(document.activeElement)) return list.replaceChildren(...fresh.childNodes);
  const [rows, newRows] = [list.querySelector('.videos'), fresh.querySelector('.videos')];
  if (!rows || !newRows) return;
  if (!rows.contains(document.activeElement)) rows.replaceWith(newRows);
  else for (const row of newRows.children) {
    const old = rowOf(row.dataset.seen.split(' ')[0]);
    if (old && !old.contains(document.activeElement) && old.dataset.seen !== row.dataset.seen) old.replaceWith(row.cloneNode(true));
  }
}

const rowOf = (id) => list.querySelector(`.video[data-seen^="${id} "]`);

// Several videos may move in the same second: one look is enough.
const soon = () => new Promise((resolve) => {
  clearTimeout(due);
  due = setTimeout(() => refresh().then(resolve), 400);
});

function count() {
  const place = document.getElementById('chosen');
  if (place) place.textContent = fill(place.dataset.words, { n: number(chosen().length) });
}

list.addEventListener('change', count);
// A menu closes as menus do.
addEventListener('keydown', ({ key }) => { if (key === 'Escape') closeMenus(); });
addEventListener('click', ({ target }) => closeMenus(target.closest?.('.menu')));
function closeMenus(except) {
  for (const menu of document.querySelectorAll('.menu[open]')) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    menu.open = false;
  }
}

follow({
  events: list.dataset.events,
  refresh: soon,
  isShown: (video) => rowOf(video.id)?.dataset.seen === `${video.id} ${seen(video)}`,
  isMoving,
  isOver: () => false,
  isAwaited: () => false,
  lost: (is) => { connection.hidden = !is || !isMoving(); },
});
