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
(define-fun p89 () Int (* 2 p88))
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
(declare-const units Int)    ; of a market: open interest, estate: uint72
(declare-const ordered Int)  ; of an order: uint72, OrderLib._inRange
(declare-const shares Int)   ; of a position: int88
(declare-const mark Int)     ; MarkLib: MIN_MARK to MAX_MARK = 1e24
(declare-const limit Int)    ; a maker's: the same range
(declare-const funding Int)  ; int88 + int64 * 8 hours
(declare-const charge Int)   ; uint88
(declare-const shock Int)    ; at most half a mark
(declare-const recorded Int) ; anchor and recorded mark: int88
(declare-const anchor Int)
(declare-const cash Int)     ; int112
(declare-const offset Int)   ; int96
(declare-const rate Int)     ; any uint24, ppm
(declare-const deficit Int)  ; uint96
(declare-const reserve Int)  ; uint96
(assert (and (<= 0 units) (< units p72) (within ordered p72) (within shares p88)))
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

; ---- sizes
(declare-const q Int) ; of a leg in the hand: at most its shares, for A <= 1, and all that one order trades
(echo "proves a leg in the hand is below 2^89, whatever positions add up to")
(push)
(assert (within q (+ p88 p72)))
(assert (not (within q p89)))
(check-sat)
(pop)

(echo "proves open interest in a match, before it is checked for its field, is below 2^95: each of 2^20 fills moves two legs")
(push)
(assert (not (< (+ p72 (* 1048576 2 p72)) p95)))
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
(define-fun NOTIONAL () Int (+ 1 (div (* p72 p80) UNIT))) ; of an order, at most
(define-fun MAKERS () Int 1048576)                        ; of a match: a fill takes more than 16 gas of the 2^24 of a transaction
(define-fun TRADED () Int (* MAKERS NOTIONAL))
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
(define-fun MAX_K () Int (+ p90 p64)) ; frames.smt2: |K| <= |m~| + one a tear-up, here up to 2^64 of them
(echo "proves A * m~ + K * 2^95 is below 2^187 with K as frames.smt2 bounds it (checked arithmetic in any case)")
(push)
(assert (within K MAX_K))
(assert (within Am (+ 1 (* p95 p90))))
(assert (not (within (+ Am (* K p95)) (* p95 p90 4))))
(check-sat)
(pop)

(define-fun GROSS () Int (+ 1 (div (* p95 p90 4 p88) (* p95 UNIT)))) ; of a touched position
(define-fun LEG () Int (+ GROSS p96 TRADED)) ; and what its fills gained
(define-fun FEES () Int (* MAKERS (+ 1 (div (* NOTIONAL p24) PPM))))
(echo "proves a leg's value is below 2^122, equity of cash, fees and four legs below 2^125, and amounts below the 2^128 that Arithmetic states")
(push)
(define-fun EQUITY () Int (+ (* p96 p16) FEES (* 4 LEG)))
(assert (not (and (< LEG (* p96 p16 1024)) (< EQUITY (* p96 p16 8192)) (< EQUITY p128))))
(check-sat)
(pop)

(echo "refutes a leg's value always fits the 112 bits of cash (it is checked where it is stored)")
(push)
(assert (not (< LEG (* p96 p16))))
(check-sat)
(pop)

(define-fun E () Int (* p96 p16 8192)) ; equities, 2^125
(define-fun HELD () Int (+ 1 (div (* p89 p80) UNIT)))         ; notional of a leg in the hand
(define-fun MARGIN () Int (* 4 (+ 1 (div (* HELD p24) PPM)))) ; of four legs, at any uint24 rate
(echo "proves atAnchor and atRecordedMark: equity and four size * (anchor - mark) stay below 2^126")
(push)
(assert (not (< (+ E (* 4 (+ 1 (div (* p89 (two p90)) UNIT)))) (two E))))
(check-sat)
(pop)

(echo "proves shareUp(notional, rate): product below 2^134, margins of four legs below 2^116")
(push)
(assert (not (and (< (* HELD p24) (* p128 64)) (< MARGIN (* p96 p16 16)))))
(check-sat)
(pop)

(echo "proves ratioNotLower: equity * maintenance below 2^241, above the 2^224 that Arithmetic states but below 2^255")
(push)
(assert (not (and (< (* E MARGIN) (* p224 p16 2)) (< (* E MARGIN) p255))))
(check-sat)
(pop)

(echo "refutes equity * maintenance is below 2^224 by the widths of fields alone")
(push)
(assert (not (< (* E MARGIN) p224)))
(check-sat)
(pop)

; where sizes are below open interest's 72 bits, as INV-2 has them, and m~ is near the mark, so that a leg's value is below 2^118
(define-fun LIKELY () Int (* 4 (+ 1 (div (* (+ 1 (div (* (two p72) p80) UNIT)) p24) PPM))))
(echo "proves it is when sizes are below open interest, and a leg's value below 2^118")
(push)
(assert (not (< (* (+ (* p96 p16) (* 4 p96 p16 64)) LIKELY) p224)))
(check-sat)
(pop)

(echo "proves the call level: shareUp(maintenance, callLevel) has a product below 2^140")
(push)
(assert (not (<= (* MARGIN p24) (* p128 4096))))
(check-sat)
(pop)

(echo "proves PositionLib.trade: gain, part and kept have products below 2^224")
(push)
(assert (not (and (< (* p72 p80) p224) (< (* LEG p89) p224) (< (* TRADED p89) p224))))
(check-sat)
(pop)

(echo "proves _averageUp: rank * size twice is below 2^182; a rank is at most 2^91 (OrderProofs)")
(push)
(assert (not (<= (two (* (* 4 p90) p89)) (* p96 p80 64))))
(check-sat)
(pop)

(echo "proves sameSide: size * size below 2^178")
(push)
(assert (not (<= (* p89 p89) p224)))
(check-sat)
(pop)

; ---- a match: notional, premium and fees add up
(echo "proves FundingLib.bookFill: mark * premium, notional * 8 hours, and the rate's product are below 2^224")
(push)
(assert (not (and (< (* p80 TRADED) p224) (< (* TRADED 28800) p255) (< (* (+ p80 p64) TRADED) p224))))
(check-sat)
(pop)

(define-fun OPEN () Int (+ 1 (div (* p95 p80) UNIT))) ; notional of all open interest
(echo "proves FundingLib.depth: interest * mark, and open * 16 * maxFunding, are below 2^224; notional and depth together below 2^150")
(push)
(assert (not (and (< (* p95 p80) p224) (< (* OPEN 16 p24) p224)
                  (< (+ TRADED (* OPEN 16 p24) (* p16 p32 1000000000)) (* p128 4194304)))))
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
(assert (not (and (< (* p72 JUMP) p224) (< (* (+ (two p96) 4) JUMP) p224) (< (* 4 (+ 1 (div (* p72 JUMP) UNIT))) p128)
                  (< (+ p88 JUMP) p128))))
(check-sat)
(pop)

(echo "proves relief: relief * numerator is below 2^224, and the credit at most the relief, as the numerator is at most the denominator")
(push)
(declare-const numerator Int)
(declare-const denominator Int)
(declare-const relief Int)
(declare-const back Int)
(assert (and (<= 0 numerator) (<= numerator denominator) (< 0 denominator) (< numerator (+ (two p96) 4)) (<= 0 relief) (< relief (two p96))))
(assert (and (>= (* back denominator) 0) (<= (* back denominator) (* relief numerator))))
(assert (<= (* relief numerator) (* relief denominator)))
(assert (or (<= back relief) (> (* (- back relief) denominator) 0)))
(assert (= (* (- back relief) denominator) (- (* back denominator) (* relief denominator))))
(assert (not (and (<= back relief) (< (* (two p96) (+ (two p96) 4)) p224))))
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

(echo "proves sizeToRestore: missing * PPM below 2^146, and that * size below 2^236")
(push)
(assert (not (and (< (* (+ (two E) MARGIN) PPM) (* p128 262144)) (< (* (+ (two E) MARGIN) PPM p89) (* p224 4096)))))
(check-sat)
(pop)

(echo "refutes one factor of a size more would fit too")
(push)
(assert (not (< (* (+ (two E) MARGIN) PPM p89 p89) p255)))
(check-sat)
(pop)

(echo "proves _closable: minNotional * 1e18 is below 2^124, and the size it makes at the lowest mark below 2^105; its notional fits")
(push)
(define-fun LEAST () Int (+ 1 (div (* p64 UNIT) 1000000)))
(assert (not (and (< (* p64 UNIT) p128) (< LEAST (* p96 512)) (< (* (+ LEAST p89) p80) p224))))
(check-sat)
(pop)

; ---- recovery and vault: held, shortfall, fresh in all and of one account uint88, fees uint72; budgets uint96
(declare-const held Int) (declare-const shortfall Int) (declare-const waiting Int) (declare-const fresh Int) (declare-const own Int)
(declare-const claims Int) ; a withdrawal or move: at most the account's cash
(declare-const least Int)  ; of the tokens in this window: uint88
(assert (and (<= 0 held) (< held p88) (<= 0 shortfall) (< shortfall p88) (<= 0 waiting) (< waiting p72) (<= 0 fresh) (< fresh p88)))
(assert (and (<= 0 own) (< own p88) (<= 0 claims) (< claims (* p96 p16)) (<= 0 least) (< least p88)))
(echo "proves sums of RecoveryLib and VaultLib stay below 2^130, though none of them is checked before it is stored")
(push)
(assert (not (and (within (- held fresh) p128) (within (- claims own) p128) (within (+ claims own) (two p128))
                  (within (+ (- held least) claims) p128) (within (+ E held shortfall waiting fresh own (* 4 p96)) (* 4 p128)))))
(check-sat)
(pop)

(echo "proves RecoveryLib.suffer: its divisor, of products of two fields and a shortfall that grows to twice its field, is below 2^178")
(push)
(assert (not (< (+ (* p88 (two p88)) (* p88 p88)) (* p128 p16 p32 4))))
(check-sat)
(pop)

(echo "proves VaultLib.equity: pot, waiting fees and inventories of 2^32 groups are together below 2^158")
(push)
(assert (not (< (+ (* p96 p16) p72 (* p32 E)) (* p128 1073741824))))
(check-sat)
(pop)

(echo "proves splitting fees and the outflow window: shareDown(fees or held, rate) has a product below 2^112")
(push)
(assert (not (and (< (* p72 p24) (* p96 p16)) (<= (* p88 p24) (* p96 p16)))))
(check-sat)
(pop)

(echo "refutes what an account may withdraw always fits the field of tokens held (they are checked where they are stored)")
(push)
(assert (not (< claims p88)))
(check-sat)
(pop)

(echo "proves 2^30 sums of products below 2^224 stay below 2^255, as unchecked-sums.md says")
(push)
(assert (not (< (* 1073741824 p224) p255)))
(check-sat)
(pop)
