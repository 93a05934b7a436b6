import { KeyValues, Section } from '@paved/ui';
import type { EventReading } from '../../model/api-definition/reading.ts';
import { Content } from './http-view.tsx';
import { RichText } from './rich-text.tsx';

/** Channels with their messages, and where they are found. */
export function EventView({ reading }: { reading: EventReading }) {
  return (
    <>
      {reading.servers.length === 0 ? null : (
        <Section title="Servers">
          <KeyValues
            items={reading.servers.map((server) => [
              server.description ?? 'Server',
              <span key={server.url} className="p-mono">
                {server.url}
              </span>,
            ])}
          />
        </Section>
      )}
      {reading.channels.map((channel) => (
        <Section
          key={channel.address}
          title={channel.address}
          note={[...new Set(channel.actions.map((one) => (one.action === 'send' ? 'it sends' : 'it receives')))].join(', ')}
        >
          {channel.description === undefined ? null : <RichText text={channel.description} />}
          {channel.actions.map((one, i) => (one.summary === undefined ? null : <RichText key={i} text={one.summary} />))}
          <ul className="p-api-answers">
            {channel.messages.map((message) => (
              <li key={message.name}>
                <p>
                  <b>{message.name}</b>
                </p>
                {message.description === undefined ? null : <RichText text={message.description} />}
                <Content content={[message]} schemas={reading.schemas} />
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </>
  );
}
