// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { describeOptions } from "../../deploy/describeOptions.js";
import { deployOptions } from "../../deploy/deploy-options.js";
import { ADMIN, ROLES } from "../../deploy/roles.js";
import { proveDeployment } from "../../sdk/client/proveDeployment.js";
import { rpcOf } from "../../sdk/client/chain/rpcOf.js";
import { deploymentText, parseDeployment } from "../../sdk/deployment.js";

describe("deployOptions", () => {
  const artifact = (name: string) => artifacts.readArtifact(name);
  const open = async () => {
    const { ethers, networkHelpers } = await network.create();
    const [deployer, governor, risk, guardian] = await ethers.getSigners();
    const holders = { GOVERNOR: governor!.address, RISK: risk!.address, GUARDIAN: guardian!.address };
    const deployed = await deployOptions({ deployer: deployer!, artifact, holders });
    return { ethers, networkHelpers, deployer: deployer!, governor: governor!, guardian: guardian!, deployed };
  };

  it("leaves one group on ether and a file that the node proves", async () => {
    const { ethers, deployed } = await open();
    const deployment = await describeOptions(ethers.provider, deployed, artifact);
    expect(parseDeployment(deploymentText(deployment), "f")).to.deep.equal(deployment);
    await proveDeployment(rpcOf(ethers.provider), deployment, "f");
    expect(deployment.markets).to.deep.equal([]);
    expect(deployment.options).to.deep.equal({
      lens: await deployed.optionLens.getAddress(),
      groups: [
        {
          ...{ symbol: "ETH", group: 1n, decimals: 8 },
          ...{ source: await deployed.source.getAddress(), feed: deployed.proxy },
          aggregator: await deployed.feed.getAddress(),
          volSource: await deployed.vols.getAddress(),
        },
      ],
    });
  });

  it("has a lens for the venue, and one for its groups", async () => {
    const { ethers, deployed } = await open();
    const { clearinghouse, lens, optionLens, vault } = deployed;
    const venue = await lens.venue(clearinghouse);
    expect([venue.groups, venue.lockedGroups, venue.vault]).to.deep.equal([1n, 0n, await vault.getAddress()]);
    expect(venue.vaultEquity)
      .to.equal((await clearinghouse.vaultEquity()).equity)
      .and.to.equal(10n ** 12n);
    const chain = await optionLens.chain(clearinghouse, 1);
    expect([chain.group, chain.fresh, chain.factors.spot]).to.deep.equal([1n, true, 4_000n * 10n ** 18n]);
    // Of groups and series the first knows nothing.
    await expect(lens.group(clearinghouse, 1)).to.revert(ethers);
    await expect(lens.market(clearinghouse, 511)).to.revert(ethers);
  });

  it("leaves the deployer without a role, and the guardian able to cancel what the governor scheduled", async () => {
    const { deployer, governor, guardian, deployed } = await open();
    const { authority, clearinghouse } = deployed;
    for (const role of [ADMIN, ROLES.GOVERNOR.id, ROLES.RISK.id, ROLES.GUARDIAN.id]) {
      expect((await authority.hasRole(role, deployer)).isMember).to.equal(false);
    }
    const call = clearinghouse.interface.encodeFunctionData("setVolSource", [1n, deployed.volSource]);
    await authority.connect(governor).schedule(clearinghouse, call, 0n);
    await expect(authority.connect(guardian).cancel(governor, clearinghouse, call)).to.emit(
      authority,
      "OperationCanceled",
    );
  });
});
