import type { ReactNode } from 'react';
import './state.css';

/** A grey block of the final size. */
export function Bone({ width, height = 12, radius }: { width: number | string; height?: number | string; radius?: number }) {
  return <span className="p-skeleton" style={{ width, height, ...(radius === undefined ? {} : { borderRadius: radius }) }} />;
}

/** Wraps skeletons: invisible for the first 150 ms, busy for screen readers. */
export function Skeletons({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="p-skeletons" aria-busy="true" role="status">
      <span className="p-vh">{label} is loading</span>
      {children}
    </div>
  );
}

const widths = ['34%', '26%', '41%', '30%', '37%', '23%'];

/** Rows in the geometry of tables and lists. */
export function SkeletonRows({ rows = 6, height = 44, label }: { rows?: number; height?: number; label: string }) {
  return (
    <Skeletons label={label}>
      {Array.from({ length: rows }, (_, i) => (
        <div className="p-skeleton-row" style={{ height }} key={i}>
          <Bone width={14} height={14} />
          <Bone width={widths[i % widths.length] ?? '30%'} />
          <span style={{ flex: 1 }} />
          <Bone width="12%" />
          <Bone width="8%" />
        </div>
      ))}
    </Skeletons>
  );
}

/** A page header with a strip and a table below. */
export function SkeletonPage({ label }: { label: string }) {
  return (
    <Skeletons label={label}>
      <div style={{ display: 'grid', gap: 10, marginBottom: 24, height: 76, alignContent: 'start' }}>
        <Bone width={220} height={22} />
        <Bone width={360} />
        <Bone width={280} />
      </div>
      <Bone width="100%" height={86} radius={8} />
      <div style={{ height: 44 }} />
      {Array.from({ length: 6 }, (_, i) => (
        <div className="p-skeleton-row" key={i}>
          <Bone width={widths[i] ?? '30%'} />
        </div>
      ))}
    </Skeletons>
  );
}
