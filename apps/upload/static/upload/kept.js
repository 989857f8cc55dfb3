// Uploads that are under way, as this browser knows them: what a page that was loaded again needs to
// go on. Another person at the same browser is told nothing of them.
export const keyOf = ({ name, size, lastModified }) => `${name}|${size}|${lastModified}`;

// A browser may forbid it, or have no room: then a page that is loaded again begins anew.
function quietly(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function read(key) {
  const found = quietly(() => JSON.parse(localStorage.getItem(key)));
  return found?.url && found.who ? { ...found, key } : undefined;
}

// `facts`: `url`, `percent`, `options`, `who`.
export const keep = (file, facts) => quietly(() => localStorage.setItem(keyOf(file), JSON.stringify({ ...facts, name: file.name, size: file.size })));

export const drop = (key) => quietly(() => localStorage.removeItem(key));

export const dropFile = (file) => drop(keyOf(file));

export function recall(file, who) {
  const found = read(keyOf(file));
  return found?.who === who ? found : undefined;
}

export const everyKept = (who) => (quietly(() => Object.keys(localStorage)) ?? []).map(read).filter((each) => each?.who === who);
