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

/** The names of the sheets, in their order. */
export function sheetNames(workbook: Buffer): string[] {
  const sheets = [...entry(workbook, 'xl/workbook.xml')!.matchAll(/<sheet [^>]*?name="([^"]*)"/g)];
  return sheets.map((found) => plain(found[1]));
}

/** The XML of the first sheet, for what is not in its cells. */
export function sheetXml(workbook: Buffer): string {
  return entry(workbook, 'xl/worksheets/sheet1.xml')!;
}

function text(xml: string): string {
  const all = [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map((found) => found[1]).join('');
  return plain(all);
}

function plain(xml: string): string {
  return xml.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');
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

/** A workbook with one sheet of text cells: an archive without compression, with nothing but Node. */
export function workbookOf(rows: string[][], name = '人员'): Buffer {
  const escaped = (value: string) => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const links = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const related = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const types = 'http://schemas.openxmlformats.org/package/2006/content-types';
  const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const letter = (column: number) => String.fromCharCode(65 + column);
  const cell = (value: string, row: number, column: number) =>
    value && `<c r="${letter(column)}${row + 1}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`;
  const lines = rows.map((line, row) => `<row r="${row + 1}">${line.map((value, column) => cell(value, row, column)).join('')}</row>`);
  return archive({
    '[Content_Types].xml':
      `<Types xmlns="${types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${related}"><Relationship Id="rId1" Type="${links}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${links}"><sheets><sheet name="${escaped(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      `<Relationships xmlns="${related}"><Relationship Id="rId1" Type="${links}/worksheet" Target="worksheets/sheet1.xml"/>` +
      `<Relationship Id="rId2" Type="${links}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml':
      `<styleSheet xmlns="${main}"><fonts count="1"><font><sz val="11"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>` +
      `<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${lines.join('')}</sheetData></worksheet>`,
  });
}

function archive(parts: Record<string, string>): Buffer {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x0800, 2);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(content.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(path.length, 22);
    bodies.push(Buffer.from('PK\x03\x04', 'latin1'), head, path, content);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head, rest, path);
    at += 30 + path.length + content.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(parts).length, 4);
  end.writeUInt16LE(Object.keys(parts).length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...bodies, listed, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** The checksum of the zip format. */
function crc32(content: Buffer): number {
  let crc = ~0;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
