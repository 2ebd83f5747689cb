// SPDX-License-Identifier: MIT
export function forgeBinary(): string;
