import { KeyValues, Loaded, Section, TextLink, useData, SettingsFrame } from '@paved/ui';

interface OpenApi {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, unknown>>;
}

/** Which Paved this is, and its doors. */
export function Page() {
  const document = useData<OpenApi>('/api/openapi.json');
  return (
    <SettingsFrame title="About">
      <Section title="This server">
        <Loaded query={document} what="Facts">
          {({ info, paths }) => (
            <KeyValues
              items={[
                ['Version', info.version],
                [
                  'Address',
                  <span key="address" className="p-mono">
                    {window.location.origin}
                  </span>,
                ],
                ['API', <TextLink key="api" href="/api/reference">{`${Object.keys(paths).length} addresses, described`}</TextLink>],
                [
                  'Command line',
                  <span key="cli" className="p-mono">
                    npx --no-install paved login --server {window.location.origin}
                  </span>,
                ],
                ['Licence', 'Apache-2.0'],
              ]}
            />
          )}
        </Loaded>
      </Section>
    </SettingsFrame>
  );
}
