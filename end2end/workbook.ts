// Reads the cells of a workbook's first sheet: a zip of XML, with nothing but Node.

import { inflateRawSync } from 'node:zlib';

/** The rows of the first sheet, every cell as text. */
export function cells(workbook: Buffer): string[][] {
  const sheet = entry(workbook, 'xl/worksheets/sheet1.xml')!;
  const shared = [...(entry(workbook, 'xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((found) => text(found[1]));
  return [...sheet.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map((row) => {
    const line: string[] = [];
    for (const [, attributes, content = ''] of row[1].matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const value = /<v>(.*?)<\/v>/s.exec(content)?.[1] ?? '';
      const inline = /t="inlineStr"/.test(attributes) ? text(content) : value;
      line[position(attributes)] = /t="s"/.test(attributes) ? shared[Number(value)] : inline;
    }
    // Empty cells are left out of the file.
    return Array.from(line, (cell) => cell ?? '');
  });
}

/** The column of `r="AB12"`, from 0. */
function position(attributes: string): number {
  const letters = /r="([A-Z]+)\d/.exec(attributes)![1];
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** The XML of the first sheet, for what is not in its cells. */
export function sheetXml(workbook: Buffer): string {
  return entry(workbook, 'xl/worksheets/sheet1.xml')!;
}

function text(xml: string): string {
  const all = [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map((found) => found[1]).join('');
  return all.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');
}

/** One entry by the directory at the end of the zip. */
function entry(zip: Buffer, name: string): string | undefined {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, length] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const after = at + 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (zip.toString('utf8', at + 46, at + 46 + length) === name) {
      const head = zip.readUInt32LE(at + 42);
      const begin = head + 30 + zip.readUInt16LE(head + 26) + zip.readUInt16LE(head + 28);
      const content = zip.subarray(begin, begin + packed);
      return (zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(content) : content).toString('utf8');
    }
    at = after;
  }
  return undefined;
}
