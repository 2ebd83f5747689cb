// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser as Chromium, type BrowserContext, type Page } from "playwright-core";
import { createWalletClient, http, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/** As text: a compiler's helpers are not there in the page. */
const ANNOUNCE = readFileSync(join(import.meta.dirname, "announce.js"), "utf8");

const ARGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** For anything to show up, ms: a busy machine is no fault of the page. */
const PATIENCE = 90_000;

/** What a test wallet does with what it is asked. */
export interface Manners {
  /** Declines what asks for a signature, as a person does (4001). */
  declines: boolean;
  /** Answers what asks for a signature with this code of EIP-1193. */
  refuses?: number;
  /** The chain that it says it is on. */
  chainId: number;
  /** Offers several calls as one (EIP-5792). */
  batches?: boolean;
  /** Whether it knows the venue's chain (else 4902 until it is added). */
  knowsChain: boolean;
}

/** A wallet over EIP-6963. Its key stays outside of the page, which gets an EIP-1193 bridge. */
export class TestWallet {
  readonly asked: { method: string; params: unknown[] }[] = [];
  readonly manners: Manners;
  private readonly batches = new Map<string, Hex[]>();
  authorised = false;
  account;

  constructor(
    private readonly rpc: string,
    readonly venueChain: number,
    key: Hex,
    readonly name = "Test Wallet",
  ) {
    this.account = privateKeyToAccount(key);
    this.manners = { declines: false, chainId: venueChain, knowsChain: true };
  }

  get signed(): number {
    return this.asked.filter(({ method }) => /sign|sendTransaction|sendCalls/.test(method)).length;
  }

  async request(method: string, params: unknown[]): Promise<unknown> {
    this.asked.push({ method, params });
    const { manners, account } = this;
    const chain = {
      id: this.venueChain,
      name: "test",
      nativeCurrency: { name: "E", symbol: "E", decimals: 18 },
      rpcUrls: { default: { http: [this.rpc] } },
    };
    const client = createWalletClient({ account, chain, transport: http(this.rpc) });
    const asksPerson = /sign|sendTransaction|sendCalls|requestAccounts/.test(method);
    if (asksPerson && manners.declines) throw Object.assign(new Error("User rejected"), { code: 4001 });
    if (asksPerson && manners.refuses) throw Object.assign(new Error("Refused"), { code: manners.refuses });
    switch (method) {
      case "eth_requestAccounts":
        this.authorised = true;
        return [account.address];
      case "eth_accounts":
        return this.authorised ? [account.address] : [];
      case "eth_chainId":
        return `0x${manners.chainId.toString(16)}`;
      case "wallet_switchEthereumChain":
        if (!manners.knowsChain) throw Object.assign(new Error("Unrecognized chain"), { code: 4902 });
        manners.chainId = this.venueChain;
        return null;
      case "wallet_addEthereumChain":
        manners.knowsChain = true;
        manners.chainId = this.venueChain;
        return null;
      case "wallet_requestPermissions":
      case "wallet_revokePermissions":
        return null;
      case "personal_sign":
        return account.signMessage({ message: { raw: params[0] as Hex } });
      case "eth_signTypedData_v4": {
        const { types, ...rest } = JSON.parse(params[1] as string) as { types: Record<string, unknown> };
        delete types["EIP712Domain"];
        return account.signTypedData({ types, ...rest } as never);
      }
      case "eth_sendTransaction": {
        const { to, data, value, gas } = params[0] as Record<string, Hex>;
        return client.sendTransaction({
          to: to!,
          data: data!,
          ...(value && { value: BigInt(value) }),
          ...(gas && { gas: BigInt(gas) }),
        });
      }
      case "wallet_getCapabilities":
        if (!manners.batches) throw Object.assign(new Error("Unknown method"), { code: 4200 });
        return { [`0x${this.venueChain.toString(16)}`]: { atomic: { status: "supported" } } };
      case "wallet_sendCalls": {
        const { calls } = params[0] as { calls: { to: Hex; data: Hex }[] };
        const id = `0x${String(this.batches.size + 1).padStart(64, "0")}`;
        // One after the other: this wallet's account is none that could send them as one.
        const hashes: Hex[] = [];
        for (const { to, data } of calls) hashes.push(await client.sendTransaction({ to, data, gas: 3_000_000n }));
        this.batches.set(id, hashes);
        return { id };
      }
      case "wallet_getCallsStatus": {
        const hashes = this.batches.get(params[0] as string)!;
        const ask = (hash: Hex) => client.request({ method: "eth_getTransactionReceipt", params: [hash] } as never);
        const receipts = (await Promise.all(hashes.map(ask))).filter((receipt) => receipt !== null);
        return receipts.length < hashes.length
          ? { id: params[0], status: 100 }
          : { id: params[0], status: 200, receipts };
      }
      default:
        return client.request({ method, params } as never);
    }
  }
}

interface Failure {
  readonly code?: number;
  readonly message: string;
  readonly shortMessage?: string;
  readonly data?: unknown;
  readonly cause?: { readonly code?: number };
}

/** A page of a new profile, with the wallets that it is given. */
export class Tab {
  readonly errors: string[] = [];
  /** Requests to hosts that are not the venue's. */
  readonly foreign: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
  ) {}

  static async open(
    browser: Chromium,
    url: string,
    wallets: readonly TestWallet[],
    options: TabOptions = {},
  ): Promise<Tab> {
    const { width = 1_440, height = 900, theme = "dark" } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
      timezoneId: "UTC",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const tab = new Tab(page, context);
    page.on("console", (message) => {
      // A service that is away is told by the page, and by the browser in its own words.
      const isAway = /^Failed to load resource|^WebSocket connection to .* failed/.test(message.text());
      if (message.type() === "error" && !isAway) tab.errors.push(message.text());
    });
    page.on("pageerror", (error) => tab.errors.push(error.message));
    page.on("request", (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (protocol !== "data:" && hostname !== "127.0.0.1") tab.foreign.push(request.url());
    });
    await page.exposeFunction("__wallet", async (index: number, method: string, params: unknown[]) => {
      try {
        return { ok: await wallets[index]!.request(method, params) };
      } catch (failure) {
        const { code, shortMessage, message, data, cause } = failure as Failure;
        return { error: { code: code ?? cause?.code ?? -32_000, message: shortMessage ?? message, data } };
      }
    });
    await page.addInitScript({
      content: `${ANNOUNCE}
announce(${JSON.stringify(wallets.map(({ name }) => name))});`,
    });
    if (options.deployment !== undefined) {
      const answer = { contentType: "application/json", body: options.deployment };
      await page.route("**/deployment.json", (route) => route.fulfill(answer));
    }
    await page.goto(url);
    return tab;
  }

  /** What the wallet tells the page by itself: accountsChanged, chainChanged. */
  async emit(event: string, value: unknown, index = 0): Promise<void> {
    await this.page.evaluate(
      ([name, given, which]) => {
        (window as never as { __emit: (i: number, n: string, v: unknown) => void }).__emit(
          which as number,
          name as string,
          given,
        );
      },
      [event, value, index] as const,
    );
  }

  async connect(name = "Test Wallet"): Promise<void> {
    await this.page.getByRole("button", { name: "Connect wallet" }).click();
    await this.page.getByRole("button", { name }).click();
    await this.page.getByRole("button", { name: /^Account 0x/ }).waitFor();
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

export interface TabOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "dark" | "light";
  /** Text of the deployment file that the page is given in place of the venue's. */
  readonly deployment?: string;
}

export function launch(): Promise<Chromium> {
  const executablePath = process.env["NOVATION_CHROMIUM"] ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ARGS });
}
