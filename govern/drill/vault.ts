// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { FLOWS } from "../../sdk/views.js";
import { ask } from "../look/ask.js";
import { moneyText } from "../text/amounts.js";
import { span } from "../text/span.js";
import { ANYBODY, must, mustBe, mustNot, type Drill } from "./Drill.js";

const VAULT = new Interface([
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function window() view returns (uint256)",
  "function cooldown() view returns (uint256)",
  "function depositFlows() view returns (uint8)",
  "function initialise(uint256 assets)",
  "function approve(address spender, uint256 amount) returns (bool)",
]);

/** Another vault takes over. The old one keeps its pot, which is its holders'. */
export async function vaultDrill(drill: Drill): Promise<void> {
  const { fork, situation } = drill;
  const { deployment } = situation;
  const { rpc } = fork;
  const old = situation.venue.vault as Address;
  const flows = async (vault: Address) => FLOWS[Number((await ask(rpc, VAULT, vault, "depositFlows"))[0])]!;
  await drill.findMoney();
  let next: Address;
  await drill.step("Another vault is deployed, with the same times", async () => {
    const names = ["name", "symbol", "window", "cooldown"];
    const [name, symbol, window, cooldown] = await Promise.all(names.map((each) => ask(rpc, VAULT, old, each)));
    const parts = [name![0], symbol![0], window![0], cooldown![0]];
    next = await drill.deploy("InsuranceVault", [deployment.clearinghouse, deployment.token, ...parts]);
    mustBe("what it says of itself", await flows(next), "NOT_SEEDED");
    return next;
  });
  await drill.step("A contract that is no vault of this venue is refused", async () => {
    const wrong = drill.order("GOVERNOR", "clearinghouse", "setVault", [deployment.token]);
    if (wrong.delay > 0n) must(await drill.schedule(wrong));
    await drill.pass(wrong.delay);
    return mustNot(await drill.execute(wrong), "FailedCall");
  });
  const order = drill.order("GOVERNOR", "clearinghouse", "setVault", [next!]);
  await drill.step("The governor appoints it", async () => {
    if (order.delay > 0n) must(await drill.schedule(order));
    await drill.pass(order.delay);
    const appointed = await drill.execute(order);
    if (!appointed.ok)
      return `${mustNot(appointed, "VaultInUse")}: its inventory has to be bought first (buyInventory)`;
    const venue = await drill.venue();
    mustBe("the vault", venue.vault.toLowerCase(), next.toLowerCase());
    return `after ${span(order.delay)}; it holds ${moneyText(venue.vaultEquity)} until somebody pays in`;
  });
  if ((await drill.venue()).vault.toLowerCase() === old.toLowerCase()) return;
  await drill.step("The old one takes no deposits any more; its pot stays its holders'", async () => {
    mustBe("what it says of itself", await flows(old), "NOT_APPOINTED");
    return `${old} says NOT_APPOINTED`;
  });
  await drill.step("Anybody opens the new one", async () => {
    must((await drill.withdraw()).mined);
    const unit = 10n ** BigInt(deployment.tokenDecimals);
    const approve = VAULT.encodeFunctionData("approve", [next, unit]) as Hex;
    must(await drill.send(ANYBODY, deployment.token, approve));
    must(await drill.send(ANYBODY, next, VAULT.encodeFunctionData("initialise", [unit]) as Hex));
    mustBe("what it says of itself", await flows(next), "OPEN");
    return `deposits are open; budgets are worth what the pot holds, ${moneyText((await drill.venue()).vaultEquity)}`;
  });
}
