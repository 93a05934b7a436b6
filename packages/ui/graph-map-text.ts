/** The text as far as it fits into the room, measured once. */
export function fits(ctx: CanvasRenderingContext2D, text: string, cuts: Map<string, string>, room: number): string {
  const key = `${room} ${ctx.font} ${text}`;
  const known = cuts.get(key);
  if (known !== undefined) return known;
  const found = cut(ctx, text, room);
  cuts.set(key, found);
  return found;
}

/** The longest beginning of a text that fits, by halves. */
function cut(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (ctx.measureText(text).width <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ctx.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}
