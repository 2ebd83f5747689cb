// SPDX-License-Identifier: MIT
import { useChainNow } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { useAccountView, useGroupView, useVenueView } from "../../data/lens";
import { usePledging } from "../../data/collateral";
import { useToken } from "../../data/token";
import { withdrawLimit } from "./withdrawLimit";

/** What the forms stand on: the wallet's tokens, the account, and what may leave it. */
export function useFunds(me: MyAccount) {
  const { deployment } = useHere();
  const token = useToken(me.owner, deployment.clearinghouse);
  const account = useAccountView(me.id);
  const venue = useVenueView();
  const trades = account.data !== undefined && account.data.positions.length > 0;
  const group = useGroupView(trades ? BigInt(account.data!.health.group) : undefined);
  const pledging = usePledging(me.id, me.owner);
  const now = useChainNow();
  const known = account.data && venue.data && now !== undefined && (!trades || group.data !== undefined);
  const limit = known
    ? withdrawLimit({
        account: account.data!,
        venue: venue.data!,
        group: group.data,
        now,
        counted: pledging.data?.mine.counted,
      })
    : undefined;
  return { token, account, venue, pledging, limit, now, decimals: deployment.tokenDecimals };
}

export type Funds = ReturnType<typeof useFunds>;
