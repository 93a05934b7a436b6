const images: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  bmp: 'image/bmp',
  // Shown by an <img> it runs nothing; opened by itself it is held by the sandbox policy that goes with it.
  svg: 'image/svg+xml',
};

/** How the bytes of a file may be sent: images as what they are, text as plain text, everything else as a download. Nothing a browser runs. */
export function contentTypeOf(path: string, binary: boolean): { contentType: string; inline: boolean } {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const image = images[extension];
  if (image !== undefined) return { contentType: image, inline: true };
  if (extension === 'pdf' && binary) return { contentType: 'application/pdf', inline: false };
  return binary ? { contentType: 'application/octet-stream', inline: false } : { contentType: 'text/plain; charset=utf-8', inline: true };
}
