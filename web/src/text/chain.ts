// SPDX-License-Identifier: MIT
// What is said of wallets, transactions and the chain.
export const chainText = {
  connect: "Connect wallet",
  disconnect: "Disconnect",
  chooseWallet: "Choose a wallet",
  noWallet: "No wallet was found in this browser.",
  noWalletHelp: "Install one that announces itself to pages (EIP-6963), as most do, and reload.",
  connecting: "Waiting for the wallet…",
  wrongChain: (name: string) => `Your wallet is on another chain. This venue is on ${name}.`,
  switchChain: (name: string) => `Switch to ${name}`,
  copyAddress: "Copy address",
  copied: "Copied",

  rejected: "You declined in the wallet. Nothing was signed or sent.",
  unauthorised: "The wallet does not let this page use that account. Connect it again and choose the account.",
  walletDisconnected: "The wallet is not connected to the venue's chain. Check its network, then try again.",
  chainUnknown: "The wallet does not know the venue's chain. Let it be added, then try again.",
  noGasMoney: "The account has too little ether for the transaction's gas. Send some to it, then try again.",
  unreachable: "The node does not answer. Nothing was sent. Try again when the status bar shows the chain.",
  unknownFailure: "That did not work, and nothing more is known. Try again; if it stays so, report what is below.",

  stages: {
    signing: "Confirm in your wallet",
    submitted: "Sent: waits to be mined",
    mined: "Mined",
    replaced: "Sped up in the wallet: mined under another hash",
    cancelled: "Cancelled in the wallet: another transaction took its place",
    dropped: "Dropped: no node knows it any more. Nothing changed; send it again if you still want it.",
    reverted: "Refused by the contracts",
    rejected: "Declined in the wallet",
    failed: "Not sent",
  },
  batchFailed: "The wallet did not send it, or the contracts refused it: nothing of it holds. Look into the wallet.",
  accountChanged: "The wallet's account has changed since this was opened. Go back, and ask again.",
  alreadyRunning: "One is on its way already: wait until it has ended.",
  block: "block",
} as const;
