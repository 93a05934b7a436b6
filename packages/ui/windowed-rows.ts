/** A stretch of rows under a heading; without groups a list is one part without a heading. */
export interface RowGroup {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  readonly open: boolean;
}

/** What stands at a place of the table: a group's heading, or the row with this index in the whole list. */
export type Place = { readonly type: 'group'; readonly group: RowGroup } | { readonly type: 'row'; readonly index: number };

/** Where rows and headings stand, without making any of them: a hundred thousand rows cost as much as ten. */
export interface RowPlaces {
  readonly count: number;
  at(place: number): Place;
  /** The place of a row, or of its group's heading while that is closed. */
  of(index: number): number;
}

/** Tallest table in pixels. Browsers stop near 17 million; beyond this the scroll bar stands for rows, not pixels. */
export const TALLEST = 12_000_000;

export function placesOf(total: number, groups?: readonly RowGroup[]): RowPlaces {
  if (groups === undefined) return { count: total, at: (place) => ({ type: 'row', index: place }), of: (index) => index };
  const parts: { group: RowGroup; place: number; index: number }[] = [];
  let place = 0;
  let index = 0;
  for (const group of groups) {
    parts.push({ group, place, index });
    place += 1 + (group.open ? group.count : 0);
    index += group.count;
  }
  const last = (key: 'place' | 'index', value: number) => {
    let low = 0;
    let high = parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((parts[middle]?.[key] ?? 0) <= value) low = middle;
      else high = middle - 1;
    }
    return parts[low];
  };
  return {
    count: place,
    at(wanted) {
      const part = last('place', wanted);
      if (part === undefined) return { type: 'row', index: 0 };
      return wanted === part.place ? { type: 'group', group: part.group } : { type: 'row', index: part.index + wanted - part.place - 1 };
    },
    of(wanted) {
      const part = last('index', wanted);
      if (part === undefined) return 0;
      return part.group.open ? part.place + 1 + wanted - part.index : part.place;
    },
  };
}

export interface Stretch {
  /** First and last place that are drawn; `last` is exclusive. */
  readonly first: number;
  readonly last: number;
  /** Height above the first drawn row and of the whole body, in pixels. */
  readonly before: number;
  readonly height: number;
}

/** Which rows to draw when the body's top is `scrolled` pixels above the top of a view of `view` pixels. */
export function stretchOf(count: number, row: number, scrolled: number, view: number, beyond: number): Stretch {
  const full = count * row;
  const height = Math.min(full, TALLEST);
  const seen = Math.ceil(view / row) + 1;
  const most = Math.max(1, height - view);
  const down = Math.max(0, Math.min(scrolled, Math.max(0, height - row)));
  const top = full <= TALLEST ? Math.floor(down / row) : Math.round(Math.min(1, down / most) * Math.max(0, count - seen + 1));
  const first = Math.max(0, Math.min(top - beyond, Math.max(0, count - seen - beyond)));
  const last = Math.min(count, top + seen + beyond);
  const before = full <= TALLEST ? first * row : Math.max(0, Math.min(down - (top - first) * row, height - (last - first) * row));
  return { first, last, before, height };
}

/** How far the body's top has to be above the view's for this place to be its first row. */
export function scrolledTo(place: number, count: number, row: number, view: number): number {
  const full = count * row;
  if (full <= TALLEST) return place * row;
  const seen = Math.ceil(view / row) + 1;
  return (place / Math.max(1, count - seen + 1)) * Math.max(1, TALLEST - view);
}
