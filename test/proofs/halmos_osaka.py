# SPDX-License-Identifier: MIT
"""Runs Halmos with the arguments given, after teaching it the opcode CLZ (EIP-7939, 0x1e).

The contracts use `clz` (Osaka), which Halmos 0.3.3 does not know. This adds one branch to its interpreter while it is being imported: the count of
leading zeros by eight halvings. `check_clz_isExact` in OrderProofs.sol proves that branch against its definition, so that it need not be trusted.
"""

import importlib.util
import sys
import types

from z3 import BitVecRef, BitVecVal, If, Extract, simplify

NAME = "halmos.sevm"
BRANCH = "                elif opcode == OP_SAR:\n"
CLZ = """                elif opcode == 0x1E:
                    state.push_any(clz(state.popi()))

"""


def clz(word):
    """The number of leading zeros of a word of 256 bits; 256 for zero."""
    term = word.as_z3()
    if not isinstance(term, BitVecRef):
        term = BitVecVal(term, 256)
    term = simplify(term)
    count = BitVecVal(0, 256)
    rest = term
    for width in (128, 64, 32, 16, 8, 4, 2, 1):
        high = Extract(255, 256 - width, rest)
        empty = high == 0
        count = If(empty, count + width, count)
        rest = If(empty, rest << width, rest)
    return simplify(If(term == 0, BitVecVal(256, 256), count))


def teach():
    spec = importlib.util.find_spec(NAME)
    source = spec.loader.get_source(NAME)
    if source.count(BRANCH) != 1:
        sys.exit("halmos_osaka: this version of Halmos is not known; 0.3.3 is")
    module = types.ModuleType(NAME)
    module.__file__ = spec.origin
    module.__package__ = "halmos"
    module.__spec__ = spec
    module.clz = clz
    sys.modules[NAME] = module
    exec(compile(source.replace(BRANCH, CLZ + BRANCH), spec.origin, "exec"), module.__dict__)


teach()

from halmos.__main__ import main  # noqa: E402

sys.exit(main())
