// The list: fetched again when one of its videos changes, by whoever; and what is chosen in it.
import { follow, seen } from '../frameflow/live.js';
import { fill, number } from '../frameflow/words.js';

const list = document.getElementById('list');
const connection = document.getElementById('connection');
const isMoving = () => list.dataset.moving === 'yes';
const chosen = () => [...list.querySelectorAll('.pick :checked')];
let due, isHeld;

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

// Whoever types or stands in the list keeps what is under their hands until they leave it; the
// other rows and the counts still move.
function put(fresh) {
  isHeld = list.contains(document.activeElement);
  if (!isHeld) return list.replaceChildren(...fresh.childNodes);
  const counts = fresh.querySelectorAll('.tabs .quiet');
  list.querySelectorAll('.tabs .quiet').forEach((old, n) => { if (counts[n]) old.textContent = counts[n].textContent; });
  const [rows, newRows] = [list.querySelector('.videos'), fresh.querySelector('.videos')];
  if (rows && newRows) putRows([...rows.children], [...newRows.children], rows, newRows);
}

function putRows(old, news, rows, newRows) {
  const kept = old.find((row) => row.contains(document.activeElement));
  if (!kept) return rows.replaceWith(newRows);
  const now = news.map((row) => old.find((each) => each.dataset.seen === row.dataset.seen) ?? row);
  const found = news.findIndex((row) => idOf(row) === idOf(kept));
  const at = found < 0 ? old.indexOf(kept) : found;
  for (const row of old) if (row !== kept) row.remove();
  kept.before(...now.slice(0, at));
  kept.after(...now.slice(found < 0 ? at : at + 1));
}

const idOf = (row) => row.dataset.seen.split(' ')[0];
const rowOf = (id) => list.querySelector(`.video[data-seen^="${id} "]`);

// Several videos may move in the same second: one look is enough.
const soon = () => (due ??= new Promise((resolve) => setTimeout(() => { due = undefined; resolve(refresh()); }, 400)));

function count() {
  const place = document.getElementById('chosen');
  if (place) place.textContent = fill(place.dataset.words, { n: number(chosen().length) });
}

list.addEventListener('change', count);
list.addEventListener('focusout', ({ relatedTarget }) => { if (isHeld && !list.contains(relatedTarget)) soon(); });
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
