/**
 * A certificate authority of our own, and a certificate for `localhost` signed by it.
 *
 * Made anew at each start, so that nothing expires in the repository and no key is committed. The
 * app trusts the authority through `SMTP_CA_FILE`, as a company with its own mail server would.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

export interface Certificate {
  /** Private key of `localhost`, PEM. */
  key: string;
  /** Certificate of `localhost`, PEM. */
  cert: string;
  /** File with the authority's certificate, PEM. */
  authorityFile: string;
  /** Where that file is; whoever asked for the certificate removes it. */
  folder: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export async function makeCertificate(): Promise<Certificate> {
  const validity = {
    // Yesterday, so that a clock a little behind does not refuse it.
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + 30 * DAY_MS),
    keyType: "ec",
    algorithm: "sha256",
  } as const;
  const authority = await generate([{ name: "commonName", value: "Email Agent test authority" }], {
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "localhost" }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), "email-agent-ca-"));
  const authorityFile = join(folder, "authority.pem");
  await writeFile(authorityFile, authority.cert);
  return { key: leaf.private, cert: leaf.cert, authorityFile, folder };
}
