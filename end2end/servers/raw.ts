/** One HTTP request exactly as written: `fetch` would not let a test send a foreign `Host` or `Origin`. */
import { request } from "node:http";

export interface RawAnswer {
  status: number;
  type: string;
  text: string;
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export async function raw(url: string, { method = "POST", headers = {}, body = "" }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          text: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    // A server may answer 413 and close before it has read everything.
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
