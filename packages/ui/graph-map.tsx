import { Menu } from '@mantine/core';
import { IconDownload, IconFocusCentered, IconMinus, IconPhoto, IconPlus, IconVector } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { IconButton } from './button.tsx';
import { drawMap } from './graph-map-draw.ts';
import { drawMiniature, miniature } from './graph-map-miniature.ts';
import { paintOf, type MapEdge, type MapNode, type Paint, type Scene } from './graph-map-scene.ts';
import { saveBlob } from './download.ts';
import { pngOf, svgOf } from './graph-map-picture.ts';
import { startPlacing, type Placed, type Placing } from './graph-map-places.ts';
import { boundsOf, centred, fitted, nodeAt, shown, stepFrom, zoomed, type Arrow, type Size, type View } from './graph-map-view.ts';
import { Icon, type IconType } from './icon.tsx';
import { count } from './time-words.ts';
import { toast } from './toast.tsx';
import './graph-map.css';

export type { MapEdge, MapNode } from './graph-map-scene.ts';

interface GraphMapProps {
  readonly label: string;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
  readonly onOpen: (id: string) => void;
  /** `f`: make this the centre of the graph. */
  readonly onFocus?: (id: string) => void;
  /** `e`: bring its neighbours. */
  readonly onExpand?: (id: string) => void;
  /** What stands out: hits of a search. The pointer and the chosen node light their neighbours. */
  readonly found?: ReadonlySet<string> | undefined;
  /** Names of the groups that nodes stand in. */
  readonly groups?: ReadonlyMap<string, string>;
}

const noGroups: ReadonlyMap<string, string> = new Map();

const SMALL: Size = { width: 168, height: 112 };

/**
 * A graph of up to some thousand nodes, drawn on a canvas and placed in a worker: moving stays smooth however many there are. Arrow keys
 * walk along edges, what is chosen is said aloud; a list of the same content stands beside it for whoever does not see it.
 */
export function GraphMap({ label, nodes, edges, chosen, onChoose, onOpen, onFocus, onExpand, found, groups = noGroups }: GraphMapProps) {
  const help = useId();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const mini = useRef<HTMLCanvasElement>(null);
  const view = useRef<View>({ x: 0, y: 0, k: 1 });
  const size = useRef<Size>({ width: 0, height: 0 });
  const paint = useRef<Paint>(undefined);
  const moved = useRef(false);
  const due = useRef(0);
  const [hovered, setHovered] = useState<string>();
  const { placed, failed } = usePlaces(nodes, edges);
  const places = placed?.places;
  const kinds = useMemo(() => [...new Set(nodes.flatMap((node) => node.icon ?? []))], [nodes]);
  const drawings = useRef<HTMLSpanElement>(null);
  const icons = useRef<ReadonlyMap<IconType, readonly Path2D[]>>(undefined);

  const centre = hovered ?? chosen;
  const lit =
    centre !== undefined && places?.has(centre)
      ? new Set([centre, ...edges.flatMap((edge) => (edge.from === centre ? [edge.to] : edge.to === centre ? [edge.from] : []))])
      : found;
  const scene = useRef<Scene>(undefined);
  scene.current =
    placed === undefined
      ? undefined
      : { ...placed, nodes, edges, chosen, lit, groups, centre, icons: (icons.current ??= linesOf(drawings.current, kinds)) };

  const paintNow = () => {
    due.current = 0;
    const now = scene.current;
    const big = canvas.current?.getContext('2d');
    if (now === undefined || !big || frame.current === null) return;
    paint.current ??= paintOf(frame.current);
    const ratio = window.devicePixelRatio;
    drawMap(big, now, view.current, size.current, paint.current, ratio);
    const little = mini.current?.getContext('2d');
    if (little) drawMiniature(little, now, view.current, size.current, SMALL, paint.current, ratio);
    frame.current.dataset['k'] = view.current.k.toFixed(3);
  };
  const draw = () => {
    due.current ||= requestAnimationFrame(paintNow);
  };
  const look = (next: View) => {
    view.current = next;
    draw();
  };
  const fit = () => {
    moved.current = false;
    if (scene.current !== undefined) look(fitted(boundsOf(scene.current.places, scene.current.frames), size.current));
  };
  const zoom = (factor: number, at = { x: size.current.width / 2, y: size.current.height / 2 }) => {
    moved.current = true;
    look(zoomed(view.current, factor, at));
  };

  useEffect(draw);
  // Icons are drawn with the lines that React gave them; a declared kind's come a moment later.
  useEffect(() => {
    const read = () => {
      icons.current = linesOf(drawings.current, kinds);
      if (scene.current !== undefined) scene.current = { ...scene.current, icons: icons.current };
      draw();
    };
    read();
    const changed = new MutationObserver(read);
    if (drawings.current !== null) changed.observe(drawings.current, { childList: true, subtree: true });
    return () => changed.disconnect();
  }, [kinds]); // oxlint-disable-line react-hooks/exhaustive-deps -- what is drawn with is a ref
  // A new picture is seen whole, unless someone has already chosen where to look.
  useEffect(() => {
    if (places === undefined) return;
    const at = chosen === undefined ? undefined : places.get(chosen);
    if (moved.current && at !== undefined) look(centred(view.current, at, size.current));
    else fit();
    // On a phone the whole is too small to read: it opens at its centre, and "Show all" shows all.
    const middle = at ?? places.get(nodes.find((node) => node.self)?.id ?? '');
    if (size.current.width < 600 && view.current.k < 0.4 && middle !== undefined) look(centred(view.current, middle, size.current, 0.6));
  }, [places]); // oxlint-disable-line react-hooks/exhaustive-deps -- only when nodes got other places
  useEffect(() => {
    const at = chosen === undefined ? undefined : places?.get(chosen);
    if (at !== undefined) look(shown(view.current, at, size.current));
  }, [chosen]); // oxlint-disable-line react-hooks/exhaustive-deps -- only when another one is chosen

  useEffect(() => {
    const box = frame.current;
    if (box === null) return;
    const resize = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = box;
      size.current = { width, height };
      const ratio = window.devicePixelRatio;
      for (const [element, of] of [
        [canvas.current, { width, height }],
        [mini.current, SMALL],
      ] as const) {
        if (element === null) continue;
        element.width = Math.round(of.width * ratio);
        element.height = Math.round(of.height * ratio);
      }
      if (!moved.current && scene.current !== undefined)
        view.current = fitted(boundsOf(scene.current.places, scene.current.frames), size.current);
      // At once: a canvas that got another size is empty until it is drawn.
      paintNow();
    });
    resize.observe(box);
    const theme = new MutationObserver(() => {
      paint.current = undefined;
      draw();
    });
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] });
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      moved.current = true;
      const at = { x: event.offsetX, y: event.offsetY };
      if (event.ctrlKey || event.metaKey) look(zoomed(view.current, Math.exp(-event.deltaY / 120), at));
      else look({ ...view.current, x: view.current.x - event.deltaX, y: view.current.y - event.deltaY });
    };
    const surface = canvas.current;
    surface?.addEventListener('wheel', wheel, { passive: false });
    return () => {
      resize.disconnect();
      theme.disconnect();
      surface?.removeEventListener('wheel', wheel);
      cancelAnimationFrame(due.current);
      due.current = 0;
    };
  }, []); // oxlint-disable-line react-hooks/exhaustive-deps -- everything it reads is a ref

  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const dragged = useRef(false);
  const at = (event: PointerEvent) => ({ x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY });
  const down = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, at(event));
    if (pointers.current.size === 1) dragged.current = false;
  };
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    const here = at(event);
    const before = pointers.current.get(event.pointerId);
    if (before === undefined) {
      const hit = scene.current === undefined ? undefined : nodeAt(scene.current.places, view.current, here);
      if (hit !== hovered) setHovered(hit);
      return;
    }
    if (!dragged.current && Math.hypot(here.x - before.x, here.y - before.y) < 4) return;
    dragged.current = true;
    moved.current = true;
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const other = others[0];
    pointers.current.set(event.pointerId, here);
    if (other === undefined) return look({ ...view.current, x: view.current.x + here.x - before.x, y: view.current.y + here.y - before.y });
    const factor = Math.hypot(here.x - other.x, here.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
    look(zoomed(view.current, factor, { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 }));
  };
  const up = (event: PointerEvent<HTMLCanvasElement>) => {
    const known = pointers.current.delete(event.pointerId);
    if (!known || dragged.current || scene.current === undefined) return;
    onChoose(nodeAt(scene.current.places, view.current, at(event)));
  };
  const jump = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons === 0 || scene.current === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const to = miniature(scene.current.places, scene.current.frames, SMALL);
    const here = at(event);
    moved.current = true;
    const { k } = view.current;
    look({ k, x: size.current.width / 2 - ((here.x - to.x) / to.k) * k, y: size.current.height / 2 - ((here.y - to.y) / to.k) * k });
  };

  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || places === undefined) return;
    const from = chosen !== undefined && places.has(chosen) ? chosen : undefined;
    const first = nodes.find((node) => node.self)?.id ?? nodes[0]?.id;
    const act = (run: () => void) => {
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    if (event.key.startsWith('Arrow')) {
      const next = from === undefined ? first : stepFrom(from, event.key as Arrow, places, edges);
      act(() => next !== undefined && onChoose(next));
    } else if (event.key === '+' || event.key === '=') act(() => zoom(1.25));
    else if (event.key === '-') act(() => zoom(0.8));
    else if (event.key === '0') act(fit);
    else if (event.key === 'Escape' && from !== undefined) act(() => onChoose(undefined));
    else if (from === undefined) return;
    else if (event.key === 'Enter') act(() => onOpen(from));
    else if (event.key === 'f' && onFocus) act(() => onFocus(from));
    else if (event.key === 'e' && onExpand) act(() => onExpand(from));
  };

  const save = (picture: (scene: Scene, paint: Paint) => Promise<Blob> | Blob, ending: string) => {
    if (scene.current === undefined || paint.current === undefined) return;
    void Promise.resolve(picture({ ...scene.current, chosen: undefined, centre: undefined, lit: found }, paint.current))
      .then((blob) => saveBlob(blob, `${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${ending}`))
      .catch(() => toast('The picture could not be made', { status: 'failed', note: 'Show fewer nodes, or save it as SVG.' }));
  };

  const self = nodes.find((node) => node.id === chosen);
  const outs = edges.filter((edge) => edge.from === chosen).length;
  const ins = edges.filter((edge) => edge.to === chosen).length;
  return (
    <div className="p-map" ref={frame} data-placed={places === undefined ? undefined : places.size}>
      <div
        className="p-map-keys"
        role="application"
        aria-roledescription="graph"
        aria-label={label}
        aria-describedby={help}
        tabIndex={0}
        onKeyDown={keys}
      >
        <canvas
          ref={canvas}
          aria-hidden
          style={{ cursor: hovered === undefined ? 'grab' : 'pointer' }}
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={up}
          onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
          onPointerLeave={() => setHovered(undefined)}
          onDoubleClick={(event) => {
            const hit =
              places === undefined
                ? undefined
                : nodeAt(places, view.current, { x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY });
            if (hit !== undefined) onOpen(hit);
          }}
        />
      </div>
      <p id={help} className="p-vh">
        {count(nodes.length)} nodes. Arrow keys walk along edges, Enter opens, f makes it the centre, e brings its neighbours, plus and
        minus zoom, 0 shows all.
      </p>
      <p className="p-vh" aria-live="polite">
        {self === undefined ? '' : `${self.label}, ${self.note}; ${outs} out, ${ins} in`}
      </p>
      {failed ? (
        <p className="p-map-wait" role="alert">
          The graph could not be placed. The list says the same.
        </p>
      ) : places === undefined ? (
        <p className="p-map-wait">Placing {count(nodes.length)} nodes …</p>
      ) : null}
      <span ref={drawings} hidden>
        {kinds.map((icon, i) => (
          <span key={i}>
            <Icon of={icon} />
          </span>
        ))}
      </span>
      <div className="p-map-zoom" role="group" aria-label="View">
        <Menu position="left-start">
          <Menu.Target>
            <IconButton small label="Save as a picture" icon={IconDownload} />
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => save(svgOf, 'svg')}>
              <Icon of={IconVector} /> Save as SVG
            </Menu.Item>
            <Menu.Item onClick={() => save(pngOf, 'png')}>
              <Icon of={IconPhoto} /> Save as PNG
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <IconButton small label="Closer" icon={IconPlus} onClick={() => zoom(1.25)} />
        <IconButton small label="Further" icon={IconMinus} onClick={() => zoom(0.8)} />
        <IconButton small label="Show all" icon={IconFocusCentered} onClick={fit} />
      </div>
      <canvas ref={mini} className="p-map-mini" aria-hidden style={SMALL} onPointerDown={jump} onPointerMove={jump} />
    </div>
  );
}

/** The lines of each icon, as they stand in the page. */
function linesOf(element: Element | null, icons: readonly IconType[]): ReadonlyMap<IconType, readonly Path2D[]> {
  return new Map(
    icons.map((icon, i) => [
      icon,
      [...(element?.children[i]?.querySelectorAll('path') ?? [])]
        .filter((path) => path.getAttribute('stroke') !== 'none')
        .map((path) => new Path2D(path.getAttribute('d') ?? '')),
    ]),
  );
}

/** Places of the nodes; those of the picture before stay until the new ones are there. */
function usePlaces(nodes: readonly MapNode[], edges: readonly MapEdge[]): { placed: Placed | undefined; failed: boolean } {
  const [placed, setPlaced] = useState<Placed>();
  const [failed, setFailed] = useState(false);
  const placing = useRef<Promise<Placing>>(undefined);
  const shape = `${nodes.map((node) => `${node.id}<${node.group ?? ''}`).join(' ')}|${edges.map((edge) => `${edge.from}>${edge.to}`).join(' ')}`;
  useEffect(() => {
    let late = false;
    placing.current ??= startPlacing();
    void placing.current
      .then((worker) =>
        worker.place({
          ids: nodes.map((node) => node.id),
          edges: edges.map((edge) => [edge.from, edge.to] as const),
          sortOf: new Map(nodes.map((node) => [node.id, node.sort ?? ''])),
          groupOf: new Map(nodes.flatMap((node) => (node.group === undefined ? [] : [[node.id, node.group] as const]))),
        }),
      )
      .then((found) => (late ? undefined : (setPlaced(found), setFailed(false))))
      .catch(() => (late ? undefined : setFailed(true)));
    return () => {
      late = true;
    };
  }, [shape]); // oxlint-disable-line react-hooks/exhaustive-deps -- colours and words do not move nodes
  useEffect(
    () => () => {
      void placing.current?.then(
        (worker) => worker.stop(),
        () => undefined,
      );
      placing.current = undefined;
    },
    [],
  );
  return { placed, failed };
}
