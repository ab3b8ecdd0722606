// Requests to VSAT's server. Errors carry the line that the server wrote, and its remedy.

export class Refused extends Error {
  /** status 0: the server was not reached. */
  constructor(status, body) {
    super(body?.error ?? (status ? `The server answered ${status}` : "The server does not answer"));
    this.status = status;
    this.remedy = body?.remedy ?? "";
    this.body = body;
  }
}

async function answered(address, options) {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...options });
  } catch {
    throw new Refused(0, null);
  }
  if (response.ok) return response;
  let body = null;
  try {
    body = await response.json();
  } catch {
    body = null;
  }
  throw new Refused(response.status, body);
}

/** The JSON at an address. */
export const get = async (address) => (await answered(address)).json();

/** The bytes at an address, an ArrayBuffer; `range` is [first, last] byte. */
export async function bytes(address, range = null) {
  const headers = range ? { Range: `bytes=${range[0]}-${range[1]}` } : {};
  return (await answered(address, { headers })).arrayBuffer();
}

/** Send JSON, get JSON. */
export async function post(address, body, method = "POST") {
  const options = {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  return (await answered(address, options)).json();
}
