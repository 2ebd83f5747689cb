; SPDX-License-Identifier: MIT
; claim: e, rounding favours the clearinghouse. Arithmetic.sol, FrameLib.grossUp and grossDown, PositionLib.trade, store and _averageUp.
; Exact integers, unbounded. What has no overflow in 256 bits (overflow.smt2) is the same in integers. In SMT-LIB `(div a d)` is the floor
; for d > 0; the EVM's division rounds towards zero, so mulDivDown is written out as the code has it.
; A "proves" must be unsat: it asserts the negation. A "refutes" is false on purpose and must be sat.

(declare-const product Int)
(declare-const d Int)
(assert (> d 0))

; product / int256(d), rounded towards zero, and its rest with the sign of the product
(define-fun quotient () Int (ite (>= product 0) (div product d) (- (div (- product) d))))
(define-fun rest () Int (- product (* quotient d)))
; rest >> 255 is -1 for a negative rest, else 0
(define-fun down () Int (+ quotient (ite (< rest 0) (- 1) 0)))
(define-fun quotientOfNegated () Int (ite (>= (- product) 0) (div (- product) d) (- (div product d))))
(define-fun restOfNegated () Int (- (- product) (* quotientOfNegated d)))
(define-fun up () Int (- (+ quotientOfNegated (ite (< restOfNegated 0) (- 1) 0))))

(echo "proves mulDivDown is the floor, for all products and divisors: d * down <= product < d * down + d")
(push)
(assert (not (and (<= (* d down) product) (< product (+ (* d down) d)))))
(check-sat)
(pop)

(echo "refutes mulDivDown without the correction of negatives is the floor")
(push)
(assert (not (<= (* d quotient) product)))
(check-sat)
(pop)

(echo "proves mulDivUp is the ceiling: d * up - d < product <= d * up")
(push)
(assert (not (and (< (- (* d up) d) product) (<= product (* d up)))))
(check-sat)
(pop)

(echo "proves mulDivUp exceeds mulDivDown by 0 or 1")
(push)
(assert (not (or (= up down) (= up (+ down 1)))))
(check-sat)
(pop)

(echo "refutes mulDivUp always exceeds mulDivDown")
(push)
(assert (not (= up (+ down 1))))
(check-sat)
(pop)

; A fill of dq at p: each side books its gain against the mark, floor. Gains of both sides: floor(x) + floor(-x), x = dq * (mark - p).
(declare-const x Int)
(define-fun UNIT () Int 1000000000000000000)
(define-fun valueDown ((y Int)) Int (div y UNIT))
(define-fun valueUp ((y Int)) Int (- (div (- y) UNIT)))

(echo "proves a fill makes no money: both sides' gains add up to 0 or -1")
(push)
(assert (not (and (<= (+ (valueDown x) (valueDown (- x))) 0) (>= (+ (valueDown x) (valueDown (- x))) (- 1)))))
(check-sat)
(pop)

(echo "refutes with ceilings a fill makes no money")
(push)
(assert (not (<= (+ (valueUp x) (valueUp (- x))) 0)))
(check-sat)
(pop)

; A position of value v is stored at gross x: offset = grossUp - v. Read at the same quote: grossDown - offset.
(declare-const v Int)
(define-fun offset () Int (- (valueUp x) v))
(define-fun readBack () Int (- (valueDown x) offset))

(echo "proves what is stored is read back as booked or one unit less")
(push)
(assert (not (and (<= readBack v) (>= readBack (- v 1)))))
(check-sat)
(pop)

(echo "refutes what is stored is read back as booked")
(push)
(assert (not (= readBack v)))
(check-sat)
(pop)

; Read at another m~: the change of value is the change of the exact gross, within one unit.
(declare-const x2 Int)
(echo "proves a position read at another price gains at most the change of its exact gross")
(push)
(assert (not (<= (* UNIT (- (- (valueDown x2) offset) v)) (- x2 x))))
(check-sat)
(pop)

(echo "refutes it gains exactly that")
(push)
(assert (not (= (* UNIT (- (- (valueDown x2) offset) v)) (- x2 x))))
(check-sat)
(pop)

; PositionLib.trade, a reduction: part = floor(v * closed / whole); realised = part + gain; left = v - part.
(declare-const closed Int)
(declare-const whole Int)
(declare-const gain Int)
(declare-const part Int)
(assert (and (< 0 whole) (<= 0 closed) (<= closed whole)))
(assert (and (<= (* part whole) (* v closed)) (< (* v closed) (+ (* part whole) whole))))

(echo "proves a reduction splits the value exactly: realised + left = value + gain")
(push)
(assert (not (= (+ (+ part gain) (- v part)) (+ v gain))))
(check-sat)
(pop)

(echo "proves a whole close pays the whole value")
(push)
(assert (= closed whole))
(assert (not (= part v)))
(check-sat)
(pop)

(echo "refutes a part of the value never exceeds the value")
(push)
(assert (not (<= part v)))
(check-sat)
(pop)

; Fees and margin: shareUp(amount, rate), ppm.
(declare-const amount Int)
(declare-const rate Int)
(assert (and (>= amount 0) (>= rate 0)))
(define-fun shareUp () Int (- (div (- (* amount rate)) 1000000)))
(echo "proves shareUp is never below the exact share, and less than one unit above")
(push)
(assert (not (and (>= (* 1000000 shareUp) (* amount rate)) (< (* 1000000 shareUp) (+ (* amount rate) 1000000)))))
(check-sat)
(pop)

; _averageUp: weighted / total towards zero, and one more when positive and not exact.
(declare-const weighted Int)
(declare-const total Int)
(assert (> total 0))
(define-fun towardsZero () Int (ite (>= weighted 0) (div weighted total) (- (div (- weighted) total))))
(define-fun average () Int
  (ite (and (> weighted 0) (not (= (* towardsZero total) weighted))) (+ towardsZero 1) towardsZero))
(echo "proves _averageUp is the ceiling: an averaged rank is never better than exact")
(push)
(assert (not (and (>= (* average total) weighted) (< (* average total) (+ weighted total)))))
(check-sat)
(pop)

(echo "refutes division towards zero alone is the ceiling")
(push)
(assert (not (>= (* towardsZero total) weighted)))
(check-sat)
(pop)
