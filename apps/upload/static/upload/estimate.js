// What will come of a video, as far as the browser can tell before it is sent.
import { duration, fill, number, size } from '../frameflow/words.js';

// By quality; the means of animation, and of footage with noise in a small and in a large file.
const BYTES_PER_PIXEL = {
  jpg: { 60: 0.06, 90: 0.16, 100: 0.27 },
  png: { 60: 1.5, 90: 1.5, 100: 1.5 },
  webp: { 60: 0.05, 90: 0.15, 100: 0.31 },
};
const PATIENCE_MS = 1500;

// What the browser knows of a file without decoding it; undefined where it cannot read it.
export function facts(file) {
  return new Promise((resolve) => {
    const video = document.createElement('video');
    const address = URL.createObjectURL(file);
    const done = (found) => { video.removeAttribute('src'); video.load(); URL.revokeObjectURL(address); resolve(found); };
    video.preload = 'metadata';
    video.onloadedmetadata = () => done(Number.isFinite(video.duration) ? { seconds: video.duration, pixels: video.videoWidth * video.videoHeight, side: Math.max(video.videoWidth, video.videoHeight) } : undefined);
    video.onerror = () => done();
    setTimeout(done, PATIENCE_MS);
    video.src = address;
  });
}

// Seconds of `1:30`, `00:01:30.5` or `90`; undefined where nothing is said.
export const moment = (text) => text.trim() ? text.split(':').reduce((total, each) => 60 * total + Number(each.replace(',', '.')), 0) : undefined;

// Undefined where only the video itself can tell.
export function expected(film, { mode, interval, format, quality, max_side: side, start, end, distinct }) {
  if (!film || mode.value !== 'interval' || distinct.checked) return undefined;
  const span = Math.max(0, Math.min(film.seconds, moment(end.value) ?? film.seconds) - (moment(start.value) ?? 0));
  const frames = Math.max(1, Math.ceil(span / Number(interval.value)));
  const scale = Math.min(1, (Number(side.value) || film.side) / (film.side || 1));
  return Number.isFinite(frames) ? { frames, span, bytes: frames * film.pixels * scale * scale * BYTES_PER_PIXEL[format.value][quality.value] } : undefined;
}

export const inWords = (found, sentence) => found?.bytes
  ? fill(sentence, { duration: duration(found.span), frames: number(found.frames), size: size(found.bytes) }) : '';
