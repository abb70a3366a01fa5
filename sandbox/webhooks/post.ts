export interface Post {
  url: string;
  body: string | Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
  timeoutMs: number;
}

/** Sends one delivery. Gives its HTTP status; 0 when no answer came in time. */
export async function post({ url, body, headers, timeoutMs }: Post): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
