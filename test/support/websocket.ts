import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's end of one WebSocket, as much of RFC 6455 as a test needs: text, ping, pong, close. */
export class ServerSocket extends EventEmitter<{ message: [string]; close: [] }> {
  private readonly socket: Duplex;
  private rest = Buffer.alloc(0);

  constructor(request: IncomingMessage, socket: Duplex) {
    super();
    this.socket = socket;
    const key = `${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
    socket.on('data', (bytes: Buffer) => this.take(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.emit('close'));
  }

  send(text: string): void {
    this.write(1, Buffer.from(text));
  }

  /** Ends it without a word, as a broken network does. */
  terminate(): void {
    this.socket.destroy();
  }

  private write(opcode: number, payload: Buffer): void {
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 4 : 2);
    head[0] = 0x80 | opcode;
    head[1] = long ? 126 : payload.length;
    if (long) head.writeUInt16BE(payload.length, 2);
    if (!this.socket.destroyed) this.socket.write(Buffer.concat([head, payload]));
  }

  private take(bytes: Buffer): void {
    this.rest = Buffer.concat([this.rest, bytes]);
    for (let frame = frameOf(this.rest); frame !== null; frame = frameOf(this.rest)) {
      this.rest = this.rest.subarray(frame.length);
      if (frame.opcode === 1) this.emit('message', frame.payload.toString());
      if (frame.opcode === 9) this.write(10, frame.payload);
      if (frame.opcode === 8) {
        this.write(8, frame.payload);
        this.socket.end();
      }
    }
  }
}

/** The first frame, once it is there as a whole. What clients send is always masked. */
function frameOf(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : 2;
  if (bytes.length < start + 4) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = start + 4 + size;
  if (bytes.length < length) return null;
  const mask = bytes.subarray(start, start + 4);
  const payload = Buffer.from(bytes.subarray(start + 4, length)).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: Buffer.from(payload), length };
}
