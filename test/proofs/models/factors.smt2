; SPDX-License-Identifier: MIT
; claim: d, the theorem with factors: what a series is worth is any function of price, volatility and time. Exact reals. theorem.smt2 has it for legs
; that gain and lose; here is that a leg's gain is what the code measures, whatever the marks are, and why an anchor has a time, and a series an end.
; See rounding.smt2 for "proves" and "refutes".

; ---- the mark of series k at spot, volatility and time: nothing is known of it
(declare-fun mark (Int Real Real Real) Real)
(declare-const s0 Real) (declare-const v0 Real) (declare-const t0 Real) ; anchor
(declare-const s1 Real) (declare-const v1 Real) (declare-const t1 Real) ; frozen
(define-fun anchor ((k Int)) Real (mark k s0 v0 t0))
(define-fun frozen ((k Int)) Real (mark k s1 v1 t1))
(define-fun jump ((k Int)) Real (- (frozen k) (anchor k)))

; ---- three accounts in two series, each with cash and sizes; longs equal shorts a series (INV-13)
(declare-fun q (Int Int) Real)
(declare-fun paid (Int) Real) ; cash less costs
(define-fun at ((i Int) (x Real) (z Real)) Real (+ (paid i) (+ (* (q i 1) x) (* (q i 2) z))))
(define-fun ea ((i Int)) Real (at i (anchor 1) (anchor 2)))
(define-fun ef ((i Int)) Real (at i (frozen 1) (frozen 2)))
(define-fun balanced () Bool (and (= 0.0 (+ (q 1 1) (q 2 1) (q 3 1))) (= 0.0 (+ (q 1 2) (q 2 2) (q 3 2)))))
(define-fun up ((r Real)) Real (ite (> r 0.0) r 0.0))
(define-fun won ((i Int)) Real (+ (up (* (q i 1) (jump 1))) (up (* (q i 2) (jump 2)))))
(define-fun lost ((i Int)) Real (+ (up (- (* (q i 1) (jump 1)))) (up (- (* (q i 2) (jump 2))))))

(echo "proves whatever the marks are, an equity moves by gains less losses of the jumps between the two sets of factors")
(push)
(assert (not (= (- (ef 1) (ea 1)) (- (won 1) (lost 1)))))
(check-sat)
(pop)

(echo "proves longs equal shorts in every series: all gains are all losses")
(push)
; balanced sizes, times the jump
(assert (= 0.0 (+ (* (q 1 1) (jump 1)) (* (q 2 1) (jump 1)) (* (q 3 1) (jump 1)))))
(assert (= 0.0 (+ (* (q 1 2) (jump 2)) (* (q 2 2) (jump 2)) (* (q 3 2) (jump 2)))))
(assert (not (= (+ (won 1) (won 2) (won 3)) (+ (lost 1) (lost 2) (lost 3)))))
(check-sat)
(pop)

(define-fun least ((x Real) (z Real)) Real (ite (< x z) x z))
(echo "proves one defaulter, all solvent at the anchor: what he owes is at most what the others gained net of all relief (INV-15)")
(push)
(assert (and (>= (ea 1) 0.0) (< (ef 1) 0.0)))
(assert (= (+ (won 1) (won 2) (won 3)) (+ (lost 1) (lost 2) (lost 3))))
(assert (= (- (ef 1) (ea 1)) (- (won 1) (lost 1))))
(assert (not (<= (- (ef 1)) (+ (- (won 2) (least (won 2) (lost 2))) (- (won 3) (least (won 3) (lost 3)))))))
(check-sat)
(pop)

; ---- an anchor without its time: it would be priced at the clock of the lock
(echo "refutes the same with anchors priced at the present time: time alone is a jump that nobody would be charged for")
(push)
(assert balanced)
(define-fun now ((k Int)) Real (mark k s0 v0 t1))
(assert (and (= s0 s1) (= v0 v1) (not (= t0 t1)))) ; nothing moved but the clock
(assert (and (>= (ea 1) 0.0) (< (ef 1) 0.0)))
(assert (not (<= (- (ef 1)) (+ (up (* (q 2 1) (- (frozen 1) (now 1)))) (up (* (q 2 2) (- (frozen 2) (now 2))))
                               (up (* (q 3 1) (- (frozen 1) (now 1)))) (up (* (q 3 2) (- (frozen 2) (now 2))))))))
(check-sat)
(pop)

; ---- a series that is closed at once: of the winners of its jump one leaves with his gain
(echo "refutes the same when a winner of a series was paid before the anchors have passed its expiry")
(push)
(assert balanced)
(assert (and (>= (ea 1) 0.0) (>= (ea 2) 0.0) (>= (ea 3) 0.0) (< (ef 1) 0.0)))
(assert (not (<= (- (ef 1)) (won 3)))) ; account 2 is gone
(check-sat)
(pop)

; ---- closed when anchor and frozen factors are past the expiry: its mark is the price that was fixed, at both
(declare-const T1 Real) ; expiry of series 1
(declare-const fixed Real)
(echo "proves a series is closed with both factors past its expiry: who leaves takes no gain of a jump with him (INV-17)")
(push)
(assert (forall ((s Real) (v Real) (t Real)) (=> (>= t T1) (= (mark 1 s v t) fixed))))
(assert (and (>= t0 T1) (>= t1 T1)))
(assert (not (= (jump 1) 0.0)))
(check-sat)
(pop)
