//! How much of a payment a booking claims, and how that is shared among its rooms.

use crate::money::Money;
use crate::problem::Problem;
use crate::sorted::sort_by;

/// What a booking asks of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimWish {
    /// The price of all its rooms, in cents.
    pub total: Money,
    /// The least that must be paid now, in cents: see [`required`].
    pub required: Money,
    /// What the guest says is to be taken of the payment; the total where it is not said.
    pub amount: Option<Money>,
}

/// The part of `total` that must be paid when booking, rounded up to a cent.
#[must_use]
pub fn required(total: Money, deposit_percent: u8) -> Money {
    // Cents times percent are hundredths of a cent; a total is bounded by `Money::MAX`, so this cannot saturate.
    let hundredths = total.cents_up().saturating_mul(i64::from(deposit_percent.min(100)));
    let cents = hundredths.saturating_add(99).div_euclid(100);
    Money::from_cents(cents).unwrap_or(total)
}

impl ClaimWish {
    /// How much is claimed where `available` can be had: what the guest says, or else the total, never more than the
    /// total. An amount that was said must be there in full; without one, what is there serves if it is at least
    /// what is required.
    ///
    /// # Errors
    /// [`Problem::PaymentShort`] with what the payment, or the part of it that was said, covers and what is missing;
    /// [`Problem::PaymentUsed`] where nothing is available.
    pub fn claimable(&self, available: Money, reference: &str) -> Result<Money, Problem> {
        let wanted = self.amount.unwrap_or(self.total).min(self.total);
        let short = |has: Money, needs: Money| {
            if available == Money::ZERO {
                Problem::PaymentUsed { reference: reference.to_owned() }
            } else {
                Problem::PaymentShort { available: has, required: needs, missing: needs.minus_or_zero(has) }
            }
        };
        if wanted < self.required {
            return Err(short(wanted.min(available), self.required));
        }
        if wanted <= available {
            return Ok(wanted);
        }
        match self.amount {
            None if available >= self.required && available > Money::ZERO => Ok(available),
            Some(_) => Err(short(available, wanted)),
            None => Err(short(available, self.required)),
        }
    }
}

/// Shares `paid` among rooms of these prices, all in whole cents: each its price where all is paid, else in
/// proportion by largest remainder, ties in line order. The shares add up to `paid` to the cent and none is more
/// than its room's price. `paid` is at most the sum of the prices.
#[must_use]
pub fn allocate(paid: Money, prices: &[Money]) -> Vec<Money> {
    let cents: Vec<i128> = prices.iter().map(|price| i128::from(price.cents_half_up().max(0))).collect();
    let total: i128 = cents.iter().sum();
    if total == 0 {
        return vec![Money::ZERO; prices.len()];
    }
    let paid = i128::from(paid.cents_half_up()).clamp(0, total);
    // Both factors are below 2^63, so the products fit, and `total` is not 0.
    let product = |price: &i128| paid.saturating_mul(*price);
    let mut shares: Vec<i128> = cents.iter().map(|price| product(price).div_euclid(total)).collect();
    let mut left = paid.saturating_sub(shares.iter().sum());
    let mut order: Vec<usize> = (0..cents.len()).collect();
    let remainder = |i: usize| cents.get(i).map(|price| product(price).rem_euclid(total));
    sort_by(&mut order, |&a, &b| remainder(b).cmp(&remainder(a)));
    for i in order {
        if left == 0 {
            break;
        }
        if let Some(share) = shares.get_mut(i) {
            *share = share.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
    shares
        .into_iter()
        .map(|share| i64::try_from(share).ok().and_then(Money::from_cents).unwrap_or(Money::ZERO))
        .collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cents(cents: i64) -> Money {
        Money::from_cents(cents).expect("a small amount")
    }

    #[track_caller]
    fn check(paid: i64, prices: &[i64], expected: &[i64]) {
        let prices: Vec<Money> = prices.iter().map(|&c| cents(c)).collect();
        let shares: Vec<Option<i64>> =
            allocate(cents(paid), &prices).iter().map(|s| s.cents_exact()).collect();
        assert_eq!(shares, expected.iter().map(|&c| Some(c)).collect::<Vec<_>>());
    }

    #[test]
    fn shares_follow_the_prices() {
        check(69_000, &[25_875, 25_875, 17_250], &[25_875, 25_875, 17_250]);
        check(34_500, &[25_875, 25_875, 17_250], &[12_938, 12_937, 8_625]);
        check(100, &[100, 100, 100], &[34, 33, 33]);
        check(200, &[100, 100, 100], &[67, 67, 66]);
        check(1, &[5, 0, 5], &[1, 0, 0]);
        check(0, &[5, 5], &[0, 0]);
        check(0, &[0], &[0]);
    }

    #[test]
    fn a_deposit_is_rounded_up() {
        assert_eq!(required(cents(69_000), 100), cents(69_000));
        assert_eq!(required(cents(25_875), 50), cents(12_938));
        assert_eq!(required(cents(1), 1), cents(1));
    }

    #[test]
    fn what_is_claimed_is_what_was_said_or_the_total_or_what_serves() {
        let wish = |percent, amount: Option<i64>| ClaimWish {
            total: cents(69_000),
            required: required(cents(69_000), percent),
            amount: amount.map(cents),
        };
        let claim =
            |wish: ClaimWish, available| wish.claimable(cents(available), "1").map_err(|p| p.detail());
        assert_eq!(claim(wish(100, None), 100_000), Ok(cents(69_000)));
        assert_eq!(claim(wish(100, Some(90_000)), 100_000), Ok(cents(69_000)));
        assert_eq!(claim(wish(50, None), 40_000), Ok(cents(40_000)));
        assert_eq!(claim(wish(50, Some(34_500)), 100_000), Ok(cents(34_500)));
        let short = |available: &str, needed: &str, missing: &str| {
            Err(format!("The payment has {available} left of the {needed} needed; {missing} is missing."))
        };
        assert_eq!(claim(wish(100, None), 25_875), short("258.75", "690.00", "431.25"));
        assert_eq!(claim(wish(100, Some(50_000)), 100_000), short("500.00", "690.00", "190.00"));
        assert_eq!(claim(wish(50, Some(60_000)), 40_000), short("400.00", "600.00", "200.00"));
        assert_eq!(claim(wish(100, None), 0), Err("Nothing is left of the payment.".to_owned()));
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_cent_and_never_exceed_a_price(
            prices in proptest::collection::vec(0_i64..5_000_000, 1..=20),
            part in 0_u32..=1_000_000,
        ) {
            let total: i64 = prices.iter().sum();
            let paid = i64::try_from(i128::from(total) * i128::from(part) / 1_000_000).expect("part of a total");
            let prices: Vec<Money> = prices.into_iter().map(cents).collect();
            let shares = allocate(cents(paid), &prices);
            prop_assert_eq!(shares.iter().map(|s| s.mills()).sum::<i64>(), cents(paid).mills());
            for (share, price) in shares.iter().zip(&prices) {
                prop_assert!(share <= price);
                // In proportion: less than a cent from the exact share.
                let exact = i128::from(paid) * i128::from(price.mills()) / i128::from(total.max(1));
                prop_assert!((i128::from(share.mills()) - exact).abs() < 11);
            }
        }
    }
}
