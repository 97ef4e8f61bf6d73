const polynomial = 0x9a6c9329ac4bc9b5n;
const ones = 0xffffffffffffffffn;

/**
 * CRC-64/NVME as S3 writes it: eight bytes, the highest first, as base64. Bit by bit: it is independent of the SDK's.
 *
 * Source: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme (of '123456789': ae8b14860a799888)
 */
export function crc64Nvme(content: Uint8Array): string {
  let crc = ones;
  for (const byte of content) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >> 1n) ^ ((crc & 1n) === 1n ? polynomial : 0n);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(crc ^ ones);
  return bytes.toString('base64');
}
