/** JSON over the REST API, from a signed-in browser. */

/** Read at the time of use: signing in again in another tab changes it. */
export function csrfToken() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/**
 * @param {string} url
 * @param {{method?: string, body?: unknown, version?: number|null, signal?: AbortSignal, keepalive?: boolean}} [options]
 * @returns {Promise<{status: number, ok: boolean, data: any, etag: string|null}>} Rejects only when nothing was answered.
 */
export async function request(url, { method = "GET", body, version = null, signal, keepalive } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (version !== null) headers["If-Match"] = `"${version}"`;
  const answer = await fetch(url, {
    method, headers, signal, keepalive, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
  });
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  return {
    status: answer.status, ok: answer.ok, data: isJson ? await answer.json() : null, etag: answer.headers.get("ETag"),
  };
}
