// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { deployNovation } from "../../deploy/deploy-novation.js";
import { describeNovation } from "../../deploy/describeNovation.js";
import { ADMIN, ROLES } from "../../deploy/roles.js";
import { accountOf, type Address } from "../../sdk/order.js";

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

  it("has a lens of pledges, which answers for accounts of its clearinghouse and which the deployment file names", async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const deployed = await deployNovation({ deployer: deployer!, artifact });
    const { clearinghouse, collateralLens } = deployed;
    const account = accountOf(deployer!.address as Address, 0);
    const [standing, ...more] = await collateralLens.exchanges(clearinghouse, [account]);
    expect(more).to.deep.equal([]);
    expect([standing!.account, standing!.counted, standing!.pledges.length]).to.deep.equal([account, 0n, 0]);
    const described = await describeNovation(ethers.provider, deployed, artifact);
    expect(described.collateralLens).to.equal(await collateralLens.getAddress());
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

  it("lets the guardian cancel what governor and risk scheduled, and nothing of the admin's, who can dismiss him", async () => {
    const { ethers, networkHelpers } = await network.create();
    const [deployer, governor, risk, guardian, thief] = await ethers.getSigners();
    const holders = { GOVERNOR: governor!.address, RISK: risk!.address, GUARDIAN: guardian!.address };
    const delays = { GOVERNOR: 3_600, RISK: 60 };
    const { authority, clearinghouse } = await deployNovation({ deployer: deployer!, artifact, holders, delays });
    const watcher = authority.connect(guardian!);

    const calls = [
      [governor!, clearinghouse.interface.encodeFunctionData("setTreasury", [thief!.address])],
      [risk!, clearinghouse.interface.encodeFunctionData("setVaultBudget", [1n, 1n])],
    ] as const;
    for (const [caller, data] of calls) {
      await authority.connect(caller).schedule(clearinghouse, data, 0n);
      await expect(authority.connect(thief!).cancel(caller, clearinghouse, data)).to.be.revertedWithCustomError(
        authority,
        "AccessManagerUnauthorizedCancel",
      );
      await expect(watcher.cancel(caller, clearinghouse, data)).to.emit(authority, "OperationCanceled");
      await networkHelpers.time.increase(3_600);
      await expect(authority.connect(caller).execute(clearinghouse, data)).to.be.revertedWithCustomError(
        authority,
        "AccessManagerNotScheduled",
      );
    }

    const dismissal = authority.interface.encodeFunctionData("revokeRole", [ROLES.GUARDIAN.id, guardian!.address]);
    await authority.connect(governor!).schedule(authority, dismissal, 0n);
    await expect(watcher.cancel(governor!, authority, dismissal)).to.be.revertedWithCustomError(
      authority,
      "AccessManagerUnauthorizedCancel",
    );
    await networkHelpers.time.increase(3_600);
    await authority.connect(governor!).execute(authority, dismissal);
    expect((await authority.hasRole(ROLES.GUARDIAN.id, guardian!)).isMember).to.equal(false);
  });

  it("could give him a veto on the admin's own calls too, and then he could not be dismissed against his will", async () => {
    const { ethers, networkHelpers } = await network.create();
    const [deployer, governor, risk, guardian, thief] = await ethers.getSigners();
    const holders = { GOVERNOR: governor!.address, RISK: risk!.address, GUARDIAN: guardian!.address };
    const deployed = await deployNovation({ deployer: deployer!, artifact, holders, delays: { GOVERNOR: 3_600 } });
    const { authority } = deployed;
    const selectors = (["grantRole", "revokeRole"] as const).map(
      (name) => authority.getFunction(name).fragment.selector,
    );
    const veto = authority.interface.encodeFunctionData("setTargetFunctionRole", [
      await authority.getAddress(),
      selectors,
      ROLES.GOVERNOR.id,
    ]);
    await authority.connect(governor!).schedule(authority, veto, 0n);
    await networkHelpers.time.increase(3_600);
    await authority.connect(governor!).execute(authority, veto);
    for (const [name, args] of [
      ["grantRole", [ADMIN, thief!.address, 0n]],
      ["revokeRole", [ROLES.GUARDIAN.id, guardian!.address]],
    ] as const) {
      const data = authority.interface.encodeFunctionData(name as "grantRole", args as never);
      await authority.connect(governor!).schedule(authority, data, 0n);
      await expect(authority.connect(guardian!).cancel(governor!, authority, data), name).to.emit(
        authority,
        "OperationCanceled",
      );
    }
    // It is a veto and no more: granting stays the admin's.
    const grant = authority.connect(guardian!).grantRole(ADMIN, guardian!.address, 0n);
    await expect(grant).to.be.revertedWithCustomError(authority, "AccessManagerUnauthorizedAccount");
  });
});
