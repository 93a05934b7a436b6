import { count, EmptyFilter, Section, Tag } from '@paved/ui';
import { useMemo, useState } from 'react';
import type { TypeReading } from '../../model/api-definition/reading.ts';
import { RichText } from './rich-text.tsx';

/** Types that are drawn at once; the rest is found by name. */
const MANY = 60;

/** Types with their fields; a type's name leads to it. */
export function TypeView({ reading }: { reading: TypeReading }) {
  const [find, setFind] = useState('');
  const [most, setMost] = useState(MANY);
  const names = useMemo(() => new Set(reading.types.map((type) => type.name)), [reading]);
  const words = find.trim().toLowerCase();
  const hits = reading.types.filter(
    (type) =>
      words === '' || type.name.toLowerCase().includes(words) || type.fields.some((field) => field.name.toLowerCase().includes(words)),
  );
  return (
    <>
      <div className="p-api-tools">
        <input
          className="p-input sm"
          type="search"
          placeholder={`Find in ${count(reading.types.length)} types`}
          aria-label="Find a type or field"
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
      </div>
      {hits.length === 0 ? <EmptyFilter noun="type" filters={1} onClear={() => setFind('')} /> : null}
      {hits.slice(0, most).map((type) => (
        <Section key={`${type.kind}${type.name}`} title={type.name} note={type.kind}>
          {type.description === undefined ? null : <RichText text={type.description} />}
          {type.fields.length === 0 ? null : (
            <ul className="p-api-schema">
              {type.fields.map((field) => (
                <li key={field.name}>
                  <div className="line">
                    <span className={`name ${field.deprecated === undefined ? '' : 'old'}`}>
                      {type.kind === 'union' ? <Linked text={field.name} names={names} onFind={setFind} /> : field.name}
                    </span>
                    {field.arguments === undefined ? null : (
                      <span className="type">
                        (
                        {field.arguments
                          .map(
                            (argument) =>
                              `${argument.name}: ${argument.type}${argument.default === undefined ? '' : ` = ${argument.default}`}`,
                          )
                          .join(', ')}
                        )
                      </span>
                    )}
                    <span className="type">
                      <Linked text={field.type} names={names} onFind={setFind} />
                    </span>
                    {field.deprecated === undefined ? null : <Tag>Deprecated: {field.deprecated}</Tag>}
                  </div>
                  {field.description === undefined ? null : <RichText text={field.description} />}
                </li>
              ))}
            </ul>
          )}
        </Section>
      ))}
      {hits.length > most ? (
        <button type="button" className="p-link p-13" onClick={() => setMost(most + 200)}>
          {count(hits.length - most)} more
        </button>
      ) : null}
    </>
  );
}

/** A type's text, its names as the way to them. */
function Linked({ text, names, onFind }: { text: string; names: ReadonlySet<string>; onFind: (name: string) => void }) {
  return (
    <>
      {text.split(/([\w.]+)/).map((part, i) =>
        i % 2 === 1 && names.has(part) ? (
          <button key={i} type="button" className="p-link" onClick={() => onFind(part)}>
            {part}
          </button>
        ) : (
          part
        ),
      )}
    </>
  );
}
