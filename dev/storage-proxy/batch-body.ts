const requestLine = /^(POST|PUT|PATCH|MERGE|DELETE|GET) (\S+) HTTP\/1\.1\r?$/gm;

/** Reads the requests inside a table transaction's multipart body, each as method, path without the account, and body. */
export function innerOperations<T>(body: Buffer, read: (method: string, path: string, body: string) => T): T[] {
  const text = body.toString('utf8');
  const lines = [...text.matchAll(requestLine)];
  return lines.map((line, index) => {
    const [whole, method = '', url = ''] = line;
    const part = text.slice(line.index + whole.length, lines[index + 1]?.index ?? text.length);
    // Path-style addresses start with the account.
    const [, ...path] = decodeURIComponent(new URL(url, 'http://storage').pathname).slice(1).split('/');
    return read(method, path.join('/'), part);
  });
}
