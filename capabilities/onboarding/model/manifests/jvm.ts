import type { ManifestFacts } from '../read-manifest.ts';

/** Maven's `pom.xml`; with `modules` it holds others together. */
export function pom(source: string): ManifestFacts {
  // What stands inside of these is about others.
  const own = source.replace(/<(parent|dependencies|dependencyManagement|build|profiles|plugins)>[\s\S]*?<\/\1>/g, '');
  const tag = (name: string): string | undefined => new RegExp(`<${name}>\\s*([^<$]+?)\\s*</${name}>`).exec(own)?.[1];
  const [name, description, version] = [tag('artifactId'), tag('description'), tag('version')];
  return {
    language: /<artifactId>\s*kotlin-maven-plugin/.test(source) ? 'kotlin' : 'java',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    dependencies: [...source.matchAll(/<artifactId>\s*([^<]+?)\s*<\/artifactId>/g)].map((match) => match[1] ?? ''),
    ...(/<modules>\s*<module>/.test(own) ? { workspace: true } : {}),
  };
}

/** Gradle's `build.gradle` or `build.gradle.kts`: code, of which only plain declarations are understood. */
export function gradleBuild(source: string): ManifestFacts {
  const plugins = [...source.matchAll(/\bid\s*\(?\s*['"]([\w.-]+)['"]/g)].map((match) => match[1] ?? '');
  const libraries = [...source.matchAll(/['"]([\w.-]+):([\w.-]+)(?::[^'"]*)?['"]/g)].map((match) => match[2] ?? '');
  const version = /^version\s*=?\s*['"]([^'"]+)['"]/m.exec(source)?.[1];
  const description = /^description\s*=?\s*['"]([^'"]+)['"]/m.exec(source)?.[1];
  const kotlin = /\bkotlin\s*\(\s*['"]jvm['"]\s*\)|org\.jetbrains\.kotlin/.test(source);
  return {
    language: kotlin ? 'kotlin' : 'java',
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    // Plugins tell as much as libraries: `org.springframework.boot`, `io.quarkus`.
    dependencies: [...plugins, ...libraries],
    ...(plugins.includes('application') || /^\s*application\b/m.test(source) ? { runs: true } : {}),
  };
}

/** Gradle's `settings.gradle`: the name of the whole, and whether there are parts. */
export function gradleSettings(source: string): ManifestFacts {
  const name = /rootProject\.name\s*=\s*['"]([^'"]+)['"]/.exec(source)?.[1];
  return {
    language: 'java',
    ...(name === undefined ? {} : { name }),
    dependencies: [],
    ...(/^\s*include\b/m.test(source) ? { workspace: true } : {}),
  };
}
