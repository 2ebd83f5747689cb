// SPDX-License-Identifier: MIT

export interface HeadsOptions {
  readonly ws: string | undefined;
  /** Milliseconds. */
  readonly pollInterval: number;
  readonly silence: number;
}

const RECONNECT = 2_000;

/** Says when it is worth looking at the chain: at every head by WebSocket; by the clock where there is none, or while it is silent. */
export class Heads {
  private socket: WebSocket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private heardAt = 0;
  private stopped = false;
  connected = false;

  constructor(
    private readonly options: HeadsOptions,
    private readonly look: () => void,
  ) {}

  start(): void {
    this.connect();
    this.timer = setInterval(() => {
      if (!this.connected || Date.now() - this.heardAt >= this.options.silence) this.look();
    }, this.options.pollInterval);
    this.look();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    if (this.options.ws === undefined || this.stopped) return;
    const socket = new WebSocket(this.options.ws);
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] }));
    };
    socket.onmessage = ({ data }) => {
      this.connected = true;
      this.heardAt = Date.now();
      if (String(data).includes("eth_subscription")) this.look();
    };
    socket.onclose = () => {
      this.connected = false;
      if (!this.stopped) setTimeout(() => this.connect(), RECONNECT).unref();
    };
    socket.onerror = () => {}; // onclose follows
  }
}
