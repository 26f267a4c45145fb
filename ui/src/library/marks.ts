// What of a sentence was asked for. The server counts code points; a JavaScript string has UTF-16 units.

export interface Piece {
  text: string;
  marked: boolean;
  at: number;
}

/** Cut a text into pieces, each marked or not. */
export function piecesOf(text: string, marks: readonly (readonly number[])[]): Piece[] {
  const points = Array.from(text);
  const pieces: Piece[] = [];
  let at = 0;
  function add(stop: number, marked: boolean) {
    if (stop > at) pieces.push({ text: points.slice(at, stop).join(""), marked, at });
    at = Math.max(at, stop);
  }
  for (const [start = 0, stop = 0] of marks) {
    add(start, false);
    add(stop, true);
  }
  add(points.length, false);
  return pieces;
}
