/** What a Dockerfile says about running its last stage. */
export interface DockerfileFacts {
  /** ENTRYPOINT and CMD joined, when both are lists. */
  readonly command?: readonly string[];
  /** The first EXPOSEd TCP port. */
  readonly port?: number;
  /** Path that its HEALTHCHECK asks for over HTTP. */
  readonly healthPath?: string;
}

/** Reads the few instructions that matter here; everything else is skipped. */
export function readDockerfile(text: string): DockerfileFacts {
  let entrypoint: readonly string[] | undefined;
  let command: readonly string[] | undefined;
  let port: number | undefined;
  let healthPath: string | undefined;
  for (const line of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const [, instruction = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    switch (instruction.toUpperCase()) {
      case 'FROM':
        entrypoint = command = port = healthPath = undefined;
        break;
      case 'ENTRYPOINT':
        entrypoint = listOf(rest);
        break;
      case 'CMD':
        command = listOf(rest);
        break;
      case 'EXPOSE': {
        const found = Number(/^(\d{1,5})(?:\/tcp)?(?:\s|$)/i.exec(rest)?.[1] ?? 0);
        if (found > 0 && found <= 65_535) port ??= found;
        break;
      }
      case 'HEALTHCHECK':
        healthPath = /https?:\/\/[^/\s'"]+(\/[A-Za-z0-9/_.-]*)/.exec(rest)?.[1] ?? healthPath;
        break;
    }
  }
  const all = [...(entrypoint ?? []), ...(command ?? [])];
  return {
    ...(all.length === 0 ? {} : { command: all }),
    ...(port === undefined ? {} : { port }),
    ...(healthPath === undefined ? {} : { healthPath }),
  };
}

/** The JSON form of CMD and ENTRYPOINT; the shell form means something only inside its image. */
function listOf(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string') ? (value as string[]) : undefined;
  } catch {
    return undefined;
  }
}
