/** The smallest things that are an image and a sound, and the shapes that answers with text have. */

/** One red pixel, PNG. */
export const PIXEL = {
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  mimeType: 'image/png',
} as const;

/** A header without samples, WAV: 8 kHz, one channel, 8 bits. */
export const SILENCE = {
  data: 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=',
  mimeType: 'audio/wav',
} as const;

export function textAnswer(text: string) {
  return { content: [{ type: 'text' as const, text }] };
}

export function userSays(text: string) {
  return { role: 'user' as const, content: { type: 'text' as const, text } };
}
