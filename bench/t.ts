import { operations } from "./operations.js";
import { slotName } from "./layout.js";
const t0 = Date.now();
const ops = await operations();
for (const o of ops) { console.log(o.op, o.gas, o.floor, (o.gas/o.floor).toFixed(2)); for (const p of o.parts) { console.log("    unt", p.floor.untouched.join(" ")); for (const s of p.floor.slots) console.log("   ", s.deed, s.gas, s.needed, slotName(s.members)); } }
console.log(Date.now()-t0);
