import { Avatar, Glyph, Link, nameOf, RelativeTime, Tag } from '@paved/ui';
import type { Remark as RemarkShape } from '../shapes.ts';
import { Markdown } from './markdown.tsx';
import './conversation.css';

const verdictWords = { approved: 'approved', changes_requested: 'asks for changes' } as const;

/** What somebody said, perhaps with a verdict. */
export function Remark({ remark, href }: { remark: RemarkShape; href?: string }) {
  return (
    <article className="p-remark">
      <Avatar name={remark.author.name} />
      <div className="head">
        <b>{nameOf(remark.author.ref)}</b>
        {remark.verdict ? (
          <span className="p-row tight">
            <Glyph status={remark.verdict === 'approved' ? 'healthy' : 'degraded'} label={null} /> {verdictWords[remark.verdict]}
          </span>
        ) : null}
        {remark.path && href ? (
          <Link className="p-plain p-mono" href={href}>
            {remark.path}:{remark.line}
          </Link>
        ) : null}
        {remark.outdated ? <Tag>Outdated</Tag> : null}
        <span className="p-t3 p-12">
          <RelativeTime at={remark.createdAt} />
        </span>
      </div>
      {remark.body === '' ? null : <Markdown text={remark.body} />}
    </article>
  );
}
