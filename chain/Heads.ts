// SPDX-License-Identifier: MIT

export interface HeadsOptions {
  readonly ws: string | undefined;
  /** Milliseconds. */
  readonly pollInterval: number;
  readonly silence: number;
}

const RECONNECT = 2_000;

/**
 * Says when it is worth looking at the chain: at every head by WebSocket; by the clock where there is none, or while it
 * is silent. One that is silent for too long is given up for a new one: a connection may be dead without either end
 * being told.
 */
export class Heads {
  private socket: WebSocket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  /** When the socket was last heard, or opened. */
  private heardAt = 0;
  private stopped = false;
  connected = false;

  constructor(
    private readonly options: HeadsOptions,
    private readonly look: () => void,
    private readonly reconnect = RECONNECT,
  ) {}

  start(): void {
    this.connect();
    this.timer = setInterval(() => {
      const silent = Date.now() - this.heardAt >= this.options.silence;
      if (!this.connected || silent) this.look();
      if (this.socket !== undefined && silent) this.renew();
    }, this.options.pollInterval);
    this.look();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    this.socket?.close();
  }

  private connect(): void {
    if (this.options.ws === undefined || this.stopped) return;
    const socket = new WebSocket(this.options.ws);
    const isOld = () => socket !== this.socket;
    [this.socket, this.heardAt] = [socket, Date.now()];
    socket.onopen = () => {
      if (isOld()) return socket.close();
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] }));
    };
    socket.onmessage = ({ data }) => {
      if (isOld()) return;
      [this.connected, this.heardAt] = [true, Date.now()];
      if (String(data).includes("eth_subscription")) this.look();
    };
    socket.onclose = () => {
      if (isOld()) return;
      [this.connected, this.socket] = [false, undefined];
      if (!this.stopped) this.retry = setTimeout(() => this.connect(), this.reconnect).unref();
    };
    socket.onerror = () => {}; // onclose follows
  }

  /** Does not wait for the old one to close: a dead one never may. */
  private renew(): void {
    const old = this.socket;
    [this.connected, this.socket] = [false, undefined];
    this.connect();
    old?.close();
  }
}
