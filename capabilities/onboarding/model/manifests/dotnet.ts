import type { ManifestFacts } from '../read-manifest.ts';

/** A .NET project (`Orders.Api.csproj`): its file is named after it unless it says otherwise. */
export function dotnetProject(source: string, file: string): ManifestFacts {
  const tag = (name: string): string | undefined => new RegExp(`<${name}>\\s*([^<$]+?)\\s*</${name}>`).exec(source)?.[1];
  const called = file
    .split('/')
    .at(-1)
    ?.replace(/\.\w+$/, '');
  const sdk = /<Project[^>]*\bSdk="([^"]+)"/.exec(source)?.[1];
  const [name, description, version] = [tag('PackageId') ?? tag('AssemblyName') ?? called, tag('Description'), tag('Version')];
  return {
    language: file.endsWith('.fsproj') ? 'fsharp' : 'csharp',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    dependencies: [
      ...(sdk === undefined ? [] : [sdk]),
      ...[...source.matchAll(/<(?:PackageReference|FrameworkReference)[^>]*\bInclude="([^"]+)"/g)].map((match) => match[1] ?? ''),
    ],
    ...(/<OutputType>\s*exe\s*</i.test(source) ? { runs: true } : {}),
    ...(/<IsTestProject>\s*true|Microsoft\.NET\.Test\.Sdk/i.test(source) ? { isTest: true } : {}),
  };
}
