import { useRef, type KeyboardEvent, type PointerEvent } from 'react';

const STEP = 16;

/** The end of a column's head: dragged, or moved with ← and →; a double click or Backspace gives the column its own width back. */
export function ColumnWidth({
  label,
  share,
  onMove,
  onOwn,
}: {
  label: string;
  /** Of the width, for those who cannot see it. */
  share: number;
  /** By so many pixels from where it was pressed, of so many that all columns have; `done`: let go of, to be kept. */
  onMove: (by: number, all: number, done: boolean) => void;
  onOwn: () => void;
}) {
  const from = useRef<{ readonly x: number; readonly all: number; moved: boolean }>(undefined);
  const widthOfAll = (handle: HTMLElement): number =>
    [...(handle.closest('tr')?.children ?? [])].slice(1).reduce((sum, head) => sum + head.getBoundingClientRect().width, 0);
  const down = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, all: widthOfAll(event.currentTarget), moved: false };
  };
  const drag = (event: PointerEvent<HTMLElement>, done: boolean): void => {
    const start = from.current;
    if (start === undefined) return;
    if (event.clientX !== start.x) start.moved = true;
    if (start.moved) onMove(event.clientX - start.x, start.all, done);
    if (done) from.current = undefined;
  };
  const key = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0;
    if (by !== 0) onMove(by * (event.shiftKey ? 4 : 1), widthOfAll(event.currentTarget), true);
    else if (event.key === 'Backspace' || event.key === 'Delete') onOwn();
    else return;
    event.preventDefault();
  };
  return (
    <span
      className="p-columnwidth"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${label}`}
      aria-valuenow={share}
      aria-valuemin={1}
      title="Drag, or ← →; double click for its own width"
      tabIndex={0}
      onPointerDown={down}
      onPointerMove={(event) => drag(event, false)}
      onPointerUp={(event) => drag(event, true)}
      onPointerCancel={(event) => drag(event, true)}
      onDoubleClick={onOwn}
      onKeyDown={key}
    />
  );
}
