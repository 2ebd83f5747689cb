; SPDX-License-Identifier: MIT
; claim: funding. FundingLib.current, fill and depth: what a moved rate pays is bounded, and costs more in fees than it brings. Exact integers.
; A "proves" must be unsat: it asserts the negation. A "refutes" is false on purpose and must be sat. T: FUNDING_PERIOD, seconds.

(define-fun T () Int 28800)
(define-fun PPM () Int 1000000)
(define-fun UNIT () Int 1000000000000000000)
(define-fun abs2 ((x Int)) Int (ite (< x 0) (- x) x))
(define-fun towardsZero ((x Int) (d Int)) Int (ite (>= x 0) (div x d) (- (div (- x) d))))

; ---- one interval between fills: the rate R pays R * e, then has faded to R * (T - e) / T, towards zero
(declare-const R Int)
(declare-const e Int) ; seconds since the last fill, at most T
(assert (and (<= 0 e) (<= e T)))
(define-fun faded () Int (towardsZero (* R (- T e)) T))

(echo "proves |paid| + |faded| * T <= |R| * T: a rate pays at most |R| * T in all, however many fills follow")
(push)
(assert (>= (* (abs2 R) e) 0))
(assert (= (abs2 (* R e)) (* (abs2 R) e)))
(assert (>= (* (abs2 R) (- T e)) 0))
(assert (= (abs2 (* R (- T e))) (* (abs2 R) (- T e))))
(assert (= (* (abs2 R) (- T e)) (- (* (abs2 R) T) (* (abs2 R) e))))
(assert (not (<= (+ (abs2 (* R e)) (* (abs2 faded) T)) (* (abs2 R) T))))
(check-sat)
(pop)

(echo "refutes it would if fills did not fade the rate")
(push)
(assert (not (<= (+ (abs2 (* R e)) (* (abs2 R) T)) (* (abs2 R) T))))
(check-sat)
(pop)

(echo "proves a fading rate does not change its sign, and is gone after T")
(push)
(assert (=> (>= R 0) (>= (* R (- T e)) 0)))
(assert (=> (<= R 0) (<= (* R (- T e)) 0)))
(assert (not (and (=> (>= R 0) (>= faded 0)) (=> (<= R 0) (<= faded 0)) (=> (= e T) (= faded 0)))))
(check-sat)
(pop)

; ---- a fill of notional n against the whole w = n + depth: rate = old + floor((target - old) * n / w)
(declare-const old Int)
(declare-const target Int)
(declare-const n Int)
(declare-const w Int)
(declare-const clamp Int)
(declare-const moved Int)
(assert (and (< 0 n) (<= n w) (<= 0 clamp) (<= (- clamp) target) (<= target clamp)))
(assert (and (<= (* moved w) (* (- target old) n)) (< (* (- target old) n) (+ (* moved w) w))))
(define-fun rate () Int (+ old moved))

(echo "proves a fill leaves the rate between what it was and its target, so within the clamp if it was")
(push)
; 0 <= (target - old) * (w - n) when target >= old, and so on; a floor of what lies between two integers does too
(assert (=> (>= target old) (and (>= (* (- target old) n) 0) (<= (* (- target old) n) (* (- target old) w)))))
(assert (=> (< target old) (and (<= (* (- target old) n) 0) (>= (* (- target old) n) (* (- target old) w)))))
(assert (=> (> moved (- target old)) (>= (* (- moved (+ (- target old) 1)) w) 0)))
(assert (=> (< moved (- target old)) (<= (* (- moved (- (- target old) 1)) w) 0)))
(assert (=> (>= moved 1) (>= (* moved w) w)))
(assert (=> (<= moved (- 1)) (<= (* moved w) (- w))))
(assert (not (and (=> (>= target old) (and (<= old rate) (<= rate target)))
                  (=> (< target old) (and (<= target rate) (<= rate old)))
                  (=> (<= (abs2 old) clamp) (<= (abs2 rate) clamp)))))
(check-sat)
(pop)

(echo "proves the move, but for one unit, is at most the share n / w of the way: (|moved| - 1) * w < |target - old| * n")
(push)
(assert (= (abs2 (* (- target old) n)) (* (abs2 (- target old)) n)))
(assert (= (abs2 (* moved w)) (* (abs2 moved) w)))
(assert (not (< (* (- (abs2 moved) 1) w) (* (abs2 (- target old)) n))))
(check-sat)
(pop)

(echo "refutes a fill takes the rate to its target")
(push)
(assert (not (= rate target)))
(check-sat)
(pop)

; ---- the depth: moving the rate costs at least what the move yields on all open interest
(declare-const I Int)          ; open interest
(declare-const mark Int)
(declare-const open Int)       ; its notional, ceil
(declare-const maxFunding Int) ; ppm of the mark an hour
(declare-const fees Int)       ; of both sides, ppm
(declare-const depth Int)
(assert (and (>= I 0) (> mark 0) (>= open 0) (>= maxFunding 0) (> fees 0) (>= depth 0) (= w (+ n depth))))
(assert (>= (* open UNIT) (* I mark)))
(assert (<= (* clamp 3600 PPM) (* mark maxFunding)))
(assert (>= (* depth fees) (* open 16 maxFunding)))

(echo "proves a fill's fees are at least what its move of the rate pays on all open interest over T, but for one unit of rate")
(push)
(assert (<= (abs2 old) clamp))
(declare-const size Int) ; of the move, less the unit that floor may add
(assert (and (>= size 0) (<= size (- (abs2 moved) 1))))
(assert (< (* (- (abs2 moved) 1) w) (* (abs2 (- target old)) n))) ; proved above
; each a product of two that are not negative
(assert (>= (* (- (abs2 moved) 1 size) w) 0))
(assert (>= (* (- (* 2 clamp) (abs2 (- target old))) n) 0))
(assert (>= (* I (- (* 2 clamp n) (* size w))) 0))
(assert (>= (* I n (- (* mark maxFunding) (* clamp 3600 PPM))) 0))
(assert (>= (* n maxFunding (- (* open UNIT) (* I mark))) 0))
(assert (>= (* n (- (* depth fees) (* open 16 maxFunding))) 0))
(assert (>= (* n n fees) 0))
(define-fun spare () Int (- (* n fees UNIT) (* I size T PPM)))
(assert (or (>= spare 0) (< (* spare w) 0)))
(assert (= (* spare w) (- (* n w fees UNIT) (* I size w T PPM))))
(assert (= (* n w fees) (+ (* n n fees) (* n depth fees))))
(assert (not (>= spare 0)))
(check-sat)
(pop)

(echo "refutes it would with half the depth")
(push)
(declare-const half Int)
(assert (and (= maxFunding 1000) (= fees 1000) (= mark 1000000000000000000) (= I 1000000000) (= open 1000000000)))
(assert (= clamp 277777777777))
(assert (and (= (* 2 half) (* 16 open)) (= n 1000000)))
(assert (= old (- clamp)))
(assert (= target clamp))
(declare-const step Int)
(assert (and (<= (* step (+ n half)) (* (- target old) n)) (< (* (- target old) n) (+ (* step (+ n half)) (+ n half)))))
(assert (not (>= (* n fees UNIT) (* I (- step 1) T PPM))))
(check-sat)
(pop)
