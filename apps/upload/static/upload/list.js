// The list: fetched again when one of its videos changes.
import { follow } from '../frameflow/live.js';

const list = document.getElementById('list');
let due;

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (!answer.ok || answer.redirected) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('list');
    // Whoever types or stands in the list keeps what is under their hands; the rows still move.
    const [rows, newRows] = [list.querySelector('.videos'), fresh.querySelector('.videos')];
    if (!list.contains(document.activeElement)) list.replaceChildren(...fresh.childNodes);
    else if (rows && newRows && !rows.contains(document.activeElement)) rows.replaceWith(newRows);
    list.dataset.moving = fresh.dataset.moving;
    return true;
  } catch {
    return false;
  }
}

// Several videos may move in the same second: one look is enough.
const soon = () => new Promise((resolve) => {
  clearTimeout(due);
  due = setTimeout(() => refresh().then(resolve), 400);
});

follow({ events: list.dataset.events, refresh: soon, isMoving: () => list.dataset.moving === 'yes', lost: () => {} });
