// SPDX-License-Identifier: MIT

/** Something of the day did not happen in time, or was refused. */
export class DayFailed extends Error {
  override readonly name = "DayFailed";
}
