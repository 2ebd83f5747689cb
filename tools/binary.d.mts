// SPDX-License-Identifier: MIT
export function nativeBinary(tool: "forge" | "anvil"): string;
export function forgeBinary(): string;
