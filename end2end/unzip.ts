/** Reads a ZIP file by its directory, as programs of people do. No more of the format than tests need. */
import { inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/** The files of the archive by their names. */
export function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(signature(END));
  if (end < 0) throw new Error("this is no ZIP file");
  const count = bytes.readUInt16LE(end + 10);
  const files = new Map<string, Buffer>();
  let place = bytes.readUInt32LE(end + 16);
  for (let read = 0; read < count; read += 1) {
    if (bytes.readUInt32LE(place) !== ENTRY) throw new Error("the directory is damaged");
    const method = bytes.readUInt16LE(place + 10);
    const packed = bytes.readUInt32LE(place + 20);
    const size = bytes.readUInt32LE(place + 24);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => bytes.readUInt16LE(place + at)) as [
      number,
      number,
      number,
    ];
    const name = bytes.toString("utf8", place + 46, place + 46 + nameLength);
    files.set(name, content(bytes, bytes.readUInt32LE(place + 42), packed, method, size));
    place += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

function content(bytes: Buffer, local: number, packed: number, method: number, size: number): Buffer {
  if (bytes.readUInt32LE(local) !== LOCAL) throw new Error("a file is not where the directory says");
  const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const raw = bytes.subarray(begin, begin + packed);
  const file = method === 0 ? raw : inflateRawSync(raw);
  if (file.length !== size) throw new Error("a file has another size than the directory says");
  return file;
}

function signature(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
