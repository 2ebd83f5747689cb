; SPDX-License-Identifier: MIT
; claim: d, the theorem of docs/design.md section 5: solvent at the anchors, no shortfall. Exact reals.
; An account's equity moves from a (anchors) to f (frozen marks) by its gains g less its losses l over its legs: f = a + g - l, g, l >= 0. Per market
; sizes of longs and shorts agree (INV-2), so all changes add up to zero. Every account is here as it stands at the settlement, the
; vault's among them. Distance from the code: no rounding (the last part bounds it), sizes are exact, nobody trades in the lock.
; See rounding.smt2 for "proves" and "refutes".

; ---- one market, one account: y = q * jump is a gain or a loss, and gains of one side are its units times |jump|
(declare-const q Real)
(declare-const jump Real)
(define-fun abs2 ((r Real)) Real (ite (< r 0.0) (- r) r))
(define-fun gainOf ((r Real)) Real (ite (> r 0.0) r 0.0))
(define-fun lossOf ((r Real)) Real (ite (< r 0.0) (- r) 0.0))
(define-fun winning () Real (ite (> jump 0.0) (gainOf q) (ite (< jump 0.0) (lossOf q) 0.0)))
(echo "proves what a leg gains is its winning units times |jump|, what the charge is computed on")
(push)
(assert (not (= (gainOf (* q jump)) (* winning (abs2 jump)))))
(check-sat)
(pop)

; ---- any number of accounts: sums over the absorbed (X) and the others (Y)
(declare-const gX Real) (declare-const lX Real) (declare-const aX Real)
(declare-const gY Real) (declare-const lY Real) (declare-const aY Real)
(assert (and (>= gX 0.0) (>= lX 0.0) (>= gY 0.0) (>= lY 0.0)))
(define-fun conserved () Bool (= (+ gX gY) (+ lX lY)))
(define-fun D () Real (- (+ aX (- gX lX)))) ; sum over X of -f
(define-fun capacity () Real gY)

(echo "proves for any number of accounts and markets, any set X of accounts solvent at the anchors: D <= capacity")
(push)
(assert conserved)
(assert (>= aX 0.0)) ; a sum of what is not negative
(assert (not (<= D capacity)))
(check-sat)
(pop)

(echo "proves with late defaults the shortfall is at most what they owed at the anchors")
(push)
(assert conserved)
(declare-const late Real)
(assert (and (>= late 0.0) (>= aX (- late))))
(assert (not (<= (- D capacity) late)))
(check-sat)
(pop)

(echo "refutes D <= capacity although somebody absorbed was below zero at the anchors")
(push)
(assert conserved)
(assert (not (<= D capacity)))
(check-sat)
(pop)

(echo "refutes D <= capacity although longs and shorts disagree")
(push)
(assert (>= aX 0.0))
(assert (not (<= D capacity)))
(check-sat)
(pop)

; ---- the same without sums by hand: 5 accounts, 4 markets, gain and loss of each leg on its own, any set absorbed
(declare-fun up (Int Int) Real)
(declare-fun down (Int Int) Real)
(declare-fun a (Int) Real)
(declare-fun absorbed (Int) Bool)
(define-fun g ((i Int)) Real (+ (up i 1) (up i 2) (up i 3) (up i 4)))
(define-fun l ((i Int)) Real (+ (down i 1) (down i 2) (down i 3) (down i 4)))
(define-fun some ((i Int)) Bool
  (and (>= (up i 1) 0.0) (>= (up i 2) 0.0) (>= (up i 3) 0.0) (>= (up i 4) 0.0)
       (>= (down i 1) 0.0) (>= (down i 2) 0.0) (>= (down i 3) 0.0) (>= (down i 4) 0.0)))
(assert (and (some 1) (some 2) (some 3) (some 4) (some 5)))
(define-fun y ((i Int) (k Int)) Real (- (up i k) (down i k)))
(define-fun f ((i Int)) Real (+ (a i) (- (g i) (l i))))
(define-fun cleared ((k Int)) Bool (= 0.0 (+ (y 1 k) (y 2 k) (y 3 k) (y 4 k) (y 5 k))))
(define-fun owes ((i Int)) Real (ite (absorbed i) (- (f i)) 0.0))
(define-fun pays ((i Int)) Real (ite (absorbed i) 0.0 (g i)))
(define-fun debts () Real (+ (owes 1) (owes 2) (owes 3) (owes 4) (owes 5)))
(define-fun gains () Real (+ (pays 1) (pays 2) (pays 3) (pays 4) (pays 5)))
(define-fun solvent () Bool
  (and (>= (a 1) 0.0) (>= (a 2) 0.0) (>= (a 3) 0.0) (>= (a 4) 0.0) (>= (a 5) 0.0)))
(define-fun allCleared () Bool (and (cleared 1) (cleared 2) (cleared 3) (cleared 4)))

(echo "proves the same with every leg on its own, 5 accounts in 4 markets")
(push)
(assert (and allCleared solvent))
(assert (not (<= debts gains)))
(check-sat)
(pop)

(echo "refutes the same with one account below zero at the anchors")
(push)
(assert allCleared)
(assert (and (>= (a 2) 0.0) (>= (a 3) 0.0) (>= (a 4) 0.0) (>= (a 5) 0.0)))
(assert (not (<= debts gains)))
(check-sat)
(pop)

; ---- one market: theta of what it gained is taken from a live winner, who has no losing leg
(declare-const theta Real)
(declare-const a1 Real) (declare-const g1 Real) (declare-const l1 Real)
(assert (and (<= 0.0 theta) (<= theta 1.0) (>= g1 0.0) (>= l1 0.0)))
(define-fun after () Real (- (+ a1 (- g1 l1)) (* theta g1)))
(echo "proves one market: a winner ends at or above his equity at the anchor, so there is no second default")
(push)
(assert (= l1 0.0))
(assert (not (and (>= after a1) (=> (>= a1 0.0) (>= after 0.0)))))
(check-sat)
(pop)

(echo "refutes several markets: who was solvent at the anchors and at the frozen marks stays so")
(push)
(assert (and (>= a1 0.0) (>= (+ a1 (- g1 l1)) 0.0)))
(assert (not (>= after 0.0)))
(check-sat)
(pop)

; ---- theta = (D - B) / W grows with every account absorbed, so the set is a least fixed point and order does not matter (exact)
(declare-const W Real) (declare-const due Real) (declare-const e Real) (declare-const gain Real)
(assert (and (> due 0.0) (<= due W) (<= 0.0 gain) (< gain W)))
(echo "proves absorbing an account below zero, as it is or by the charge, lowers theta for nobody")
(push)
; e - theta * gain < 0, times W; then (due - e) / (W - gain) >= due / W, times both
(assert (< (* e W) (* due gain)))
(assert (not (>= (* (- due e) W) (* due (- W gain)))))
(check-sat)
(pop)

(echo "refutes absorbing an account above zero would not lower it")
(push)
(assert (not (>= (* (- due e) W) (* due (- W gain)))))
(check-sat)
(pop)

; ---- rounding: equities are floored once a leg (at most 4), gains once a market (at most 4)
(declare-const many Real) ; absorbed accounts
(declare-const DFloor Real)
(declare-const WFloor Real)
(echo "proves with the code's floors the shortfall is at most 4 units of 1e-9 quote an absorbed account and 4 more")
(push)
(assert (and conserved (>= aX 0.0) (>= many 0.0)))
(assert (<= DFloor (+ D (* 4.0 many))))
(assert (>= WFloor (- capacity 4.0)))
(assert (not (<= (- DFloor WFloor) (+ (* 4.0 many) 4.0))))
(check-sat)
(pop)

(echo "refutes with the code's floors there is none")
(push)
(assert (and conserved (>= aX 0.0) (>= many 0.0)))
(assert (<= DFloor (+ D (* 4.0 many))))
(assert (>= WFloor (- capacity 4.0)))
(assert (not (<= DFloor WFloor)))
(check-sat)
(pop)
