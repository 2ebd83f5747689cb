; SPDX-License-Identifier: MIT
; claim: h, the unchecked sums and products (docs/decisions/unchecked-sums.md, Arithmetic.sol) cannot overflow. Exact integers: each operand is bounded by
; the field it is stored in or by the check it passed, and each result is shown below 2^255 in magnitude, most of them below 2^224.
; See rounding.smt2 for "proves" and "refutes".

(define-fun two ((x Int)) Int (* 2 x))
(define-fun p16 () Int 65536)
(define-fun p24 () Int 16777216)
(define-fun p32 () Int (* p16 p16))
(define-fun p64 () Int (* p32 p32))
(define-fun p72 () Int (* p64 256))
(define-fun p80 () Int (* p64 p16))
(define-fun p88 () Int (* p72 p16))
(define-fun p90 () Int (* p88 4))
(define-fun p95 () Int (* p64 p16 32768))
(define-fun p96 () Int (* p64 p32))
(define-fun p128 () Int (* p64 p64))
(define-fun p224 () Int (* p128 p96))
(define-fun p255 () Int (* p128 p64 p32 p16 32768))
(define-fun within ((x Int) (m Int)) Bool (and (< (- m) x) (< x m)))
(define-fun UNIT () Int 1000000000000000000)
(define-fun PPM () Int 1000000)

; ---- from storage and checks
(declare-const q Int)        ; a size in the books or of an order: uint72, OrderLib._inRange
(declare-const q2 Int)
(declare-const shares Int)   ; of a position: int88
(declare-const mark Int)     ; MarkLib: MIN_MARK to MAX_MARK = 1e24
(declare-const limit Int)    ; a maker's: the same range
(declare-const funding Int)  ; int88 + int64 * 8 hours
(declare-const charge Int)   ; uint88
(declare-const shock Int)    ; at most half a mark
(declare-const recorded Int) ; anchor and candidate: int88
(declare-const anchor Int)
(declare-const cash Int)     ; int112
(declare-const offset Int)   ; int96
(declare-const rate Int)     ; any uint24, ppm
(declare-const deficit Int)  ; uint96
(declare-const reserve Int)  ; uint96
(assert (and (within q p72) (within q2 p72) (within shares p88)))
(assert (and (<= 1000000 mark) (<= mark 1000000000000000000000000) (<= 1000000 limit) (<= limit 1000000000000000000000000)))
(declare-const booked Int) (declare-const perSecond Int) (declare-const elapsed Int)
(assert (and (within booked p88) (within perSecond p64) (<= 0 elapsed) (<= elapsed 28800)))
(assert (and (within (* perSecond elapsed) (* p64 28800)) (= funding (+ booked (* perSecond elapsed)))))
(assert (and (<= 0 charge) (< charge p88) (<= 0 shock) (<= (two shock) mark)))
(assert (and (within recorded p88) (= anchor (+ recorded funding))))
(assert (and (within cash (* p96 p16)) (within offset p96) (<= 0 rate) (< rate p24)))
(assert (and (<= 0 deficit) (< deficit p96) (<= 0 reserve) (< reserve p96)))

; |x| < a and |y| < b: |x * y| < a * b. Proved once for all operands, then used with the operands' bounds.
(declare-const x Int) (declare-const y Int) (declare-const a Int) (declare-const b Int)
(echo "proves |x| < a and |y| < b make |x * y| < a * b")
(push)
(assert (and (within x a) (within y b)))
; (a - |x|) * b > 0 and |x| * (b - |y|) >= 0
(define-fun ax () Int (ite (< x 0) (- x) x))
(define-fun ay () Int (ite (< y 0) (- y) y))
(assert (and (> (* (- a ax) b) 0) (>= (* ax (- b ay)) 0)))
(assert (or (= (* x y) (* ax ay)) (= (* x y) (- (* ax ay)))))
(assert (not (within (* x y) (* a b))))
(check-sat)
(pop)

(echo "refutes they make |x * y| < a * a")
(push)
(assert (and (within x a) (within y b)))
(assert (not (within (* x y) (* a a))))
(check-sat)
(pop)

; ---- prices
(define-fun long () Int (- mark funding charge shock))
(define-fun short () Int (+ (- mark funding) charge shock))
(define-fun jump () Int (- anchor mark))
(declare-const side Int) ; m~ of a side
(assert (or (= side long) (= side short)))
(echo "proves m~ of either side, shock included, is below 2^90")
(push)
(assert (not (and (within long p90) (within short p90))))
(check-sat)
(pop)
(assert (within side p90))

(echo "refutes m~ always fits the 88 bits of funding and charges")
(push)
(assert (not (within side p88)))
(check-sat)
(pop)

(echo "proves entry level = price - mark + m~, and anchor - mark, are below 2^91")
(push)
(assert (not (and (within (+ (- limit mark) side) (two p90)) (within jump (two p90)))))
(check-sat)
(pop)

; a quotient by d >= 1 of what is below m is below m: floors of products below
(declare-const p Int) (declare-const d Int) (declare-const m Int) (declare-const quot Int)
(echo "proves a floor or ceiling of |p| < m by d >= 1 is at most m in magnitude")
(push)
(assert (and (within p m) (>= d 1)))
(assert (and (<= (* quot d) p) (< p (+ (* quot d) d))))
; for d >= 1: quot * d >= quot when quot >= 0, and (quot + 1) * d <= quot + 1 when quot < 0
(assert (=> (>= quot 0) (>= (* quot (- d 1)) 0)))
(assert (=> (< quot 0) (<= (* (+ quot 1) (- d 1)) 0)))
(assert (not (and (<= (- m) quot) (<= quot m))))
(check-sat)
(pop)

; ---- values. The products: size * price, shares * m~.
(define-fun VALUE () Int (+ 1 (div (* p88 p90) UNIT))) ; of an untouched position, before its offset
(echo "proves valueDown(shares, m~): product below 2^178, value below 2^119")
(push)
(assert (not (and (<= (* p88 p90) p224) (< VALUE (* p96 p16 128)))))
(check-sat)
(pop)

; a touched one: (A * m~ + K * 2^95) * shares in 512 bits; the sum in 256
(declare-const A Int) (declare-const K Int)
(assert (and (<= 0 A) (<= A p95)))
(declare-const Am Int)
(assert (= Am (* A side)))
(define-fun MOST_K () Int (+ p90 p64)) ; frames.smt2: |K| <= |m~| + one a tear-up, here up to 2^64 of them
(echo "proves A * m~ + K * 2^95 is below 2^187 with K as frames.smt2 bounds it (checked arithmetic in any case)")
(push)
(assert (within K MOST_K))
(assert (within Am (+ 1 (* p95 p90))))
(assert (not (within (+ Am (* K p95)) (* p95 p90 4))))
(check-sat)
(pop)

(define-fun GROSS () Int (+ 1 (div (* p95 p90 4 p88) (* p95 UNIT)))) ; of a touched position
(define-fun LEG () Int (+ GROSS p96))
(echo "proves a leg's value is below 2^122, equity of cash and four legs below 2^125, and amounts below the 2^128 that Arithmetic states")
(push)
(define-fun EQUITY () Int (+ (* p96 p16) (* 4 LEG)))
(assert (not (and (< LEG (* p96 p16 1024)) (< EQUITY (* p96 p16 8192)) (< EQUITY p128))))
(check-sat)
(pop)

(echo "refutes a leg's value always fits the 112 bits of cash (it is checked where it is stored)")
(push)
(assert (not (< LEG (* p96 p16))))
(check-sat)
(pop)

(define-fun E () Int (* p96 p16 8192)) ; equities, 2^125
(define-fun NOTIONAL () Int (+ 1 (div (* p72 p80) UNIT)))
(define-fun MARGIN () Int (* 4 (+ 1 (div (* NOTIONAL p24) PPM)))) ; of four legs, at any uint24 rate
(echo "proves atAnchor and atCandidate: equity and four size * (anchor - mark) stay below 2^126")
(push)
(assert (not (< (+ E (* 4 (+ 1 (div (* p72 (two p90)) UNIT)))) (two E))))
(check-sat)
(pop)

(echo "proves shareUp(notional, rate) is below 2^118, margins of four legs below 2^101")
(push)
(assert (not (and (< (* NOTIONAL p24) (* p96 p16 64)) (< MARGIN (* p96 32)))))
(check-sat)
(pop)

(echo "proves ratioNotLower: equity * maintenance below 2^227, above the 2^224 that Arithmetic states but below 2^255")
(push)
(assert (not (and (< (* E MARGIN) (* p224 8)) (< (* E MARGIN) p255))))
(check-sat)
(pop)

; that the product does pass 2^224 needs positions beyond every cap: shares below 2^83 as sizes.smt2 has them, m~ near the mark
(echo "proves equity * maintenance stays below 2^224 when a leg's value is below 2^118")
(push)
(assert (not (< (* (+ (* p96 p16) (* 4 p96 p16 64)) MARGIN) p224)))
(check-sat)
(pop)

(echo "proves PositionLib.trade: gain, part and kept have products below 2^224")
(push)
(assert (not (and (< (* p72 p80) p224) (< (* LEG p72) p224) (< (* NOTIONAL p72) p224))))
(check-sat)
(pop)

(echo "proves _averageUp: rank * size twice is below 2^166; a rank is below 2^92 (OrderProofs)")
(push)
(assert (not (< (two (* (* 4 p90) p72)) (* p96 p64 64))))
(check-sat)
(pop)

(echo "proves sameSide: size * size below 2^144")
(push)
(assert (not (<= (* p72 p72) p224)))
(check-sat)
(pop)

; ---- a match of up to 2^20 makers (a fill takes more than 16 gas of the 2^24 of a transaction): notional, premium and fees add up
(define-fun MAKERS () Int 1048576)
(define-fun TRADED () Int (* MAKERS NOTIONAL))
(echo "proves FundingLib.fill: mark * premium, notional * 8 hours, and the rate's product are below 2^224")
(push)
(assert (not (and (< (* p80 TRADED) p224) (< (* TRADED 28800) p255) (< (* (+ p80 p64) TRADED) p224))))
(check-sat)
(pop)

(echo "proves fees of a match: shareUp(notional, rate) of each, summed, below 2^128")
(push)
(assert (not (< (* MAKERS 2 (+ 1 (div (* NOTIONAL p24) PPM))) p128)))
(check-sat)
(pop)

(echo "proves priceShareDown(mark, rate << 4) is below 2^108")
(push)
(assert (not (<= (* p80 p24 16) (* p96 4096))))
(check-sat)
(pop)

; ---- settlement
(echo "proves charges: winners * |jump| and target * |jump| below 2^224; sums of four, and charge + charge, below 2^128")
(push)
(define-fun JUMP () Int (two p88))
(assert (not (and (< (* p72 JUMP) p224) (< (* (+ p96 4) JUMP) p224) (< (* 4 (+ 1 (div (* p72 JUMP) UNIT))) p128)
                  (< (+ p88 JUMP) p128))))
(check-sat)
(pop)

(echo "proves tearUp: closed * m~ below 2^186")
(push)
(assert (not (<= (* (+ 1 p95) p90) (two (* p95 p90)))))
(check-sat)
(pop)

(echo "proves _takeable and _discount: (equity + reserve) * PPM, and that * 1e18, below 2^224")
(push)
(define-fun FREE () Int (+ (two E) p96))
(assert (not (and (< (* FREE PPM) p224) (< (* FREE PPM UNIT) p224))))
(check-sat)
(pop)

(echo "proves sizeToRestore: missing * PPM * size below 2^220")
(push)
(assert (not (< (* (+ (two E) MARGIN) PPM p72) (div p224 16))))
(check-sat)
(pop)

(echo "refutes one factor of a size more would fit too")
(push)
(assert (not (< (* (+ (two E) MARGIN) PPM p72 p72) p255)))
(check-sat)
(pop)

(echo "proves 2^30 sums of products below 2^224 stay below 2^255, as unchecked-sums.md says")
(push)
(assert (not (< (* 1073741824 p224) p255)))
(check-sat)
(pop)
