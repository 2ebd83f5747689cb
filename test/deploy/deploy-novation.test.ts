// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { deployNovation } from "../../deploy/deploy-novation.js";
import { ADMIN, ROLES } from "../../deploy/roles.js";

describe("deployNovation", () => {
  const artifact = (name: string) => artifacts.readArtifact(name);

  it("lists BTC and SOL with fresh prices, opens the vault and leaves the deployer without a role", async () => {
    const { ethers } = await network.create();
    const [deployer, governor, risk, guardian] = await ethers.getSigners();
    const holders = { GOVERNOR: governor!.address, RISK: risk!.address, GUARDIAN: guardian!.address };
    const { authority, clearinghouse, vault, markets } = await deployNovation({
      deployer: deployer!,
      artifact,
      holders,
    });

    expect(markets.map(({ symbol, id, group }) => [symbol, id, group])).to.deep.equal([
      ["BTC", 4n, 1n],
      ["SOL", 8n, 2n],
    ]);
    for (const { source } of markets) expect((await source.read()).status).to.equal(0n);
    expect((await clearinghouse.vaultEquity()).equity).to.equal(1_000n * 10n ** 9n);
    expect(await vault.depositFlows()).to.equal(0n);
    for (const role of [ADMIN, ROLES.GOVERNOR.id, ROLES.RISK.id, ROLES.GUARDIAN.id]) {
      expect((await authority.hasRole(role, deployer!)).isMember).to.equal(false);
    }
  });

  it("lets the guardian pause at once and the governor list only after his delay", async () => {
    const { ethers, networkHelpers } = await network.create();
    const [deployer, governor, risk, guardian] = await ethers.getSigners();
    const holders = { GOVERNOR: governor!.address, RISK: risk!.address, GUARDIAN: guardian!.address };
    const deployed = await deployNovation({ deployer: deployer!, artifact, holders, delays: { GOVERNOR: 3_600 } });
    const { authority, clearinghouse } = deployed;

    await clearinghouse.connect(guardian!).pause(4n, 1n, 60n);
    await expect(clearinghouse.connect(guardian!).unpause(4n)).to.be.revertedWithCustomError(
      clearinghouse,
      "AccessManagedUnauthorized",
    );
    const call = clearinghouse.interface.encodeFunctionData("createGroup");
    await expect(clearinghouse.connect(governor!).createGroup()).to.be.revertedWithCustomError(
      authority,
      "AccessManagerNotScheduled",
    );
    await authority.connect(governor!).schedule(clearinghouse, call, 0n);
    await networkHelpers.time.increase(3_600);
    await expect(clearinghouse.connect(governor!).createGroup()).to.emit(clearinghouse, "GroupCreated").withArgs(3n);
  });
});
