// SPDX-License-Identifier: MIT
import { audit, type Evidence, type Verdict } from "../audit/audit.js";
import { Engine, type Happened } from "../book/Engine.js";
import type { Live } from "../book/Live.js";
import type { FullPage } from "../journal/page.js";
import { NO_PAGE } from "../journal/page.js";
import { Journal } from "../journal/Journal.js";
import type { Statement } from "../journal/statement.js";
import type { Order, SignedOrder } from "../order/Order.js";
import { keyOf, recoverAddress } from "../order/signing.js";
import { CHAIN, CLEARINGHOUSE, FakeView, hashOf } from "./people.js";

/** An engine whose statements go into a journal: all of a relay but network and chain. */
export class Desk {
  readonly view = new FakeView();
  readonly engine = new Engine(this.view);
  readonly key = keyOf(`0x${"42".repeat(32)}`);
  readonly journal = new Journal(this.key, CHAIN, CLEARINGHOUSE, NO_PAGE);
  readonly pages: FullPage[] = [];
  readonly orders: Order[] = [];

  place(signed: SignedOrder): Live {
    const live = this.engine.place(hashOf(signed), signed);
    this.orders.push(signed.order);
    return live;
  }

  /** Writes what has happened into a page. */
  flush(): Happened {
    const happened = this.engine.take();
    this.write(happened.statements.map(({ statement }) => statement));
    return happened;
  }

  write(statements: readonly Statement[]): void {
    if (statements.length > 0) this.pages.push(this.journal.write(statements, this.view.time).page);
  }

  evidence(): Evidence {
    const { pages, orders, key } = this;
    return { chainId: CHAIN, clearinghouse: CLEARINGHOUSE, relay: key.address, pages, orders };
  }

  audit(more: Partial<Evidence> = {}): Verdict {
    return audit({ ...this.evidence(), ...more }, recoverAddress);
  }
}
