import { CodeView, CopyLine, KeyValues, Section } from '@paved/ui';

/** Text that could be pasted. */
export function CodePart() {
  return (
    <Section title="Code">
      <CodeView
        file="server.ts"
        numbers
        chosen={3}
        text={
          'import { createServer } from "node:http";\n\n// Answers with a greeting.\nconst port = Number(process.env.PORT ?? 8080);\ncreateServer((request, response) => {\n  response.end(`hello from ${request.url}`);\n}).listen(port);\n'
        }
      />
      <div style={{ height: 12 }} />
      <CopyLine text="git clone http://paved.localhost:7420/git/playback/playback-api.git" />
      <div style={{ height: 12 }} />
      <KeyValues
        items={[
          ['Owner', 'Playback'],
          [
            'Commit',
            <span key="c" className="p-mono">
              a18c0f2
            </span>,
          ],
        ]}
      />
    </Section>
  );
}
